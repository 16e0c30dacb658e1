import Testbed
import Testing

extension Tunnels {
  /// A tunnel moves to where authentic, newer datagrams come from, and nowhere else.
  @Suite struct RoamingTests {
    @Test("Nothing old or forged moves a tunnel", arguments: SitePair.Site.allCases)
    func stays(victim: SitePair.Site) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      let attacker = try pair.relay.addAddress(facing: victim)
      // Genuine, and not delivered yet when newer ones are.
      let late = try pair.withheldPing(from: victim.other)
      #expect(try pair.pings(12) == 12)
      let before = try pair.packets(at: victim)

      let old = try RecordedSession(pair.tape)
      let data = Array(old.data(from: victim.other).suffix(10))
      let last = try #require(data.last)
      let forged = [last.numbered(1 << 20), last.numbered(.max - 1)]
      var foreign = last
      foreign[4] ^= 1
      // Message 1 asks for an answer wherever it comes from, and gets a cookie.
      let handshake = old.answers + [old.confirmation] + old.initiations
      try Stranger.send(
        data + forged + [foreign] + handshake + [late], from: pair.relay.namespace,
        address: attacker, port: TunnelOptions.port, to: Relay.address(of: victim))
      #expect(try pair.pings() == 3)
      // The late one is welcome, but newer ones have come from where the peer is.
      #expect(try pair.packets(at: victim) == before + 3 + 1)

      let counted = try #require(try pair.stop()[victim])
      #expect(
        counted.drops == [
          "drop_replayed": 10, "drop_authentication": 2, "drop_stranger": 1,
          "drop_handshake_stale": 3,
        ])
      // One of them a asked b for at the start.
      #expect(counted.tunnel["handshakes_asked_for_cookie"] == (victim == .a ? 3 : 2))
      for text in ["had come before", "not authentic", "dropped a datagram of \(attacker)"] {
        #expect(pair[victim].process.logLines(with: text).count == 1, "\(text)")
      }
      #expect(pair[victim].process.logLines(with: " is at ").isEmpty)
    }

    @Test("An authentic, newer datagram does move it, and the next one back")
    func moves() throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      let elsewhere = try pair.relay.addAddress(facing: .b)
      #expect(try pair.pings() == 3)
      let new = try pair.withheldPing()
      try Stranger.send(
        [new], from: pair.relay.namespace, address: elsewhere, port: TunnelOptions.port,
        to: Relay.address(of: .b))
      try pair.b.process.waitFor(log: "lane 0 is at \(elsewhere)")
      #expect(try pair.pings() == 3)
      try pair.b.process.waitFor(log: "lane 0 is at \(Relay.address(facing: .b))")
      #expect(try pair.stop()[.b]?.drops == [:])
    }
  }
}
