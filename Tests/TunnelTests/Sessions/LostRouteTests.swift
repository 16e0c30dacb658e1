import Testbed
import Testing

extension Tunnels {
  /// A way to the peer that is gone for a while.
  @Suite struct LostRouteTests {
    @Test(
      "A tunnel goes on once its link is back, and meanwhile hears nobody else",
      arguments: [false, true], [nil, SitePair.outerAddress(.a)])
    func link(isPlaintext: Bool, listen: String?) throws {
      let tunnels = try TunnelPair { site, options in
        options.plaintext = isPlaintext
        if site == .a { options.listen = listen.map { "\($0):\(TunnelOptions.port)" } }
      }
      let sites = tunnels.sites
      defer { sites.remove() }
      #expect(try pings(3, sites) == 3)
      try sites.a.ip("link set \(SitePair.outerDevice) down")
      // More than two seconds with errors and no sign of the peer: a lane is connected anew then.
      #expect(try pings(400, sites) == 0)
      try tunnels.a.process.waitFor(log: "no route leads to the peer")

      // Whom it must not take for the peer.
      let strangers = 20
      try Stranger.send(
        (0..<strangers).map { [5, 0, 1, 0] + [UInt8](repeating: UInt8($0), count: 60) },
        from: sites.a, address: "127.0.0.1", to: SitePair.outerAddress(.a))

      try sites.a.ip("link set \(SitePair.outerDevice) up")
      let deadline = Deadline(seconds: 10)
      while try pings(1, sites) == 0, !deadline.hasPassed {}
      #expect(try pings(5, sites) == 5)
      let counters = try tunnels.stop().a
      #expect(counters.tunnel["drop_stranger"] == strangers)
      #expect(
        counters.drops.keys.allSatisfy { ["drop_stranger", "drop_send_error"].contains($0) },
        "\(counters.drops)")
    }

    private func pings(_ count: Int, _ sites: SitePair) throws -> Int {
      try Ping.answered(
        count, size: 56, from: sites.a, to: SitePair.innerAddress(.b), seconds: 1)
    }
  }
}
