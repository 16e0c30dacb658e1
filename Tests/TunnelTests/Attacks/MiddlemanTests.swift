import Testbed
import Testing

extension Tunnels {
  /// Somebody on the path who answers each side with a fastun of its own.
  @Suite struct MiddlemanTests {
    @Test("Between sides that know each other's keys beforehand")
    func pinned() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let relay = try Relay(between: sites, lanes: 0)
      let keys = try SitePair.Site.allCases.map { try KeyFile(of: sites[$0]).publicKey }
      let middle = try Middle(relay)
      let pair = try Strangers(sites) { site, options in
        options.peer = relay.peer(of: site)
        options.peerKey = site == .a ? keys[1] : keys[0]
      }
      try expectRefusal(pair, middle, line: "as --peer-key says")
    }

    @Test("Between sides that met before")
    func met() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let relay = try Relay(between: sites, lanes: 1)
      let genuine = try TunnelPair(on: sites) { site, options in
        options.peer = relay.peer(of: site)
        options.queues = 1
      }
      _ = try genuine.stop()
      relay.stop()
      let middle = try Middle(relay)
      let pair = try Strangers(sites) { site, options in options.peer = relay.peer(of: site) }
      try expectRefusal(pair, middle, line: "the peer's key has changed from")
    }

    private func expectRefusal(_ pair: Strangers, _ middle: Middle, line: String) throws {
      for end in [pair.a, pair.b] { try end.process.waitFor(log: line) }
      let counters = try pair.expectSilence()
      for counted in [counters.a, counters.b] {
        #expect(try #require(counted.tunnel["drop_handshake_peer_key"]) >= 1)
      }
      for end in [pair.a, pair.b] {
        let lines = end.process.logLines(with: line)
        #expect(lines.count == 1)
        #expect(lines.first?.contains(middle.key.fingerprint) == true)
      }
      for end in [middle.facingA, middle.facingB] {
        #expect(try end.stop().sum("packets_in") == 0)
        #expect(!end.process.events.contains { $0["event"]?.string == "session" })
      }
    }

    /// A fastun toward each side, both with an identity of the middle's own.
    private struct Middle {
      let key: KeyFile
      let facingA: Tunnel
      let facingB: Tunnel

      init(_ relay: Relay) throws {
        let key = try KeyFile(of: relay.namespace)
        func start(_ site: SitePair.Site) throws -> Tunnel {
          var options = TunnelOptions(site: site.other)
          options.peer = "\(Relay.address(of: site)):\(TunnelOptions.port)"
          options.listen = relay.peer(of: site)
          options.identity = key.path
          options.addresses = []
          options.name = "middle\(site)"
          return try Tunnel(in: relay.namespace, options)
        }
        self.key = key
        facingA = try start(.a)
        facingB = try start(.b)
      }
    }
  }
}
