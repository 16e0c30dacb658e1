import Testbed
import Testing

extension Tunnels {
  /// Sides that are not who, or not as, the other was told to expect: nothing passes, each says why.
  @Suite struct ImpostorTests {
    @Test("A peer with another key than --peer-key is refused")
    func wrongPeerKey() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let peer = try KeyFile(of: sites.b)
      let other = try KeyFile(at: "\(sites.a.folder)/other")
      let pair = try Strangers(sites) { site, options in
        if site == .a { options.peerKey = other.publicKey }
      }
      let line =
        "the peer's key is \(peer.fingerprint), not \(other.fingerprint) as --peer-key says"
      try pair.a.process.waitFor(log: line)
      let counters = try pair.expectSilence()
      #expect(try #require(counters.a.tunnel["drop_handshake_peer_key"]) >= 1)
      #expect(pair.a.process.logLines(with: line).count == 1)
    }

    @Test("A peer whose key has changed is refused, and the line to remove is named")
    func changedKey() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let peer = try KeyFile(of: sites.b)
      let former = try KeyFile(at: "\(sites.a.folder)/former")
      let name = "\(SitePair.outerAddress(.b)):\(TunnelOptions.port)"
      try sites.a.write("# met before\n\(name) \(former.publicKey)\n", to: "known_peers")
      let pair = try Strangers(sites) { _, _ in }
      let line = "the peer's key has changed from \(former.fingerprint) to \(peer.fingerprint)"
      try pair.a.process.waitFor(log: line)
      let counters = try pair.expectSilence()
      #expect(try #require(counters.a.tunnel["drop_handshake_peer_key"]) >= 1)
      let lines = pair.a.process.logLines(with: line)
      #expect(lines.count == 1)
      let remedy = "remove line 2 of \(sites.a.folder)/known_peers and start fastun again"
      #expect(lines.first?.contains(remedy) == true)
    }

    @Test(
      "A wrong pre-shared key, and one on one side only, are refused", arguments: [true, false])
    func wrongPSK(onBoth: Bool) throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let pair = try Strangers(sites) { site, options in
        guard onBoth || site == .a else { return }
        options.pskFile = try sites[site].write(
          String(repeating: site == .a ? "a1" : "b2", count: 32), to: "psk")
      }
      let line = "is not authentic: is the pre-shared key the same on both sides?"
      // Where both have one, only who reads message 3 can tell.
      try expectRefusal(pair, line: line, counter: "drop_handshake_authentication")
    }

    @Test("A side in the clear and one that seals do not talk", arguments: SitePair.Site.allCases)
    func plaintext(site: SitePair.Site) throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let pair = try Strangers(sites) { $1.plaintext = $0 == site }
      let line = "start both sides with --plaintext, or neither"
      for end in [pair.a, pair.b] { try end.process.waitFor(log: line) }
      let counters = try pair.expectSilence()
      let (clear, sealed) =
        site == .a ? (counters.a, counters.b) : (counters.b, counters.a)
      #expect(try clear.sum("drop_sealed") >= 1)
      #expect(Set(clear.drops.keys) == ["drop_sealed"])
      #expect(try sealed.sum("drop_plaintext") >= 1)
      #expect(Set(sealed.drops.keys) == ["drop_plaintext"])
      for end in [pair.a, pair.b] { #expect(end.process.logLines(with: line).count == 1) }
    }

    @Test("Two sides with one identity refuse each other")
    func ownIdentity() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let identity = try KeyFile(of: sites.a).path
      let pair = try Strangers(sites) { $1.identity = identity }
      let line = "has this host's own identity"
      try expectRefusal(pair, line: line, counter: "drop_handshake_own_key")
    }

    /// Waits until either side has said why it refuses the other; each says it once, however often
    /// it does.
    private func expectRefusal(_ pair: Strangers, line: String, counter: String) throws {
      let ends = [pair.a, pair.b]
      let deadline = Deadline(seconds: 10)
      while !deadline.hasPassed, ends.allSatisfy({ $0.process.logLines(with: line).isEmpty }) {
        Deadline.sleep(seconds: 0.005)
      }
      let counters = try pair.expectSilence()
      var sum = 0
      for (end, counted) in zip(ends, [counters.a, counters.b]) {
        let drops = try #require(counted.tunnel[counter])
        #expect(end.process.logLines(with: line).count == min(drops, 1))
        sum += drops
      }
      #expect(sum >= 1)
    }
  }
}
