import Glibc
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
      try Ping.waitForAnswer(from: sites.a, to: SitePair.innerAddress(.b))
      #expect(try pings(5, sites) == 5)
      let counters = try tunnels.stop().a
      #expect(counters.tunnel["drop_stranger"] == strangers)
      #expect(
        counters.drops.keys.allSatisfy { ["drop_stranger", "drop_send_error"].contains($0) },
        "\(counters.drops)")
    }

    @Test("A path that takes shorter packets than before is told of")
    func shrunken() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      #expect(try pings(3, sites) == 3)
      // As the kernel learns it by ICMP from a router: sends do not fail for it.
      try sites.a.ip(
        "route add \(SitePair.outerAddress(.b))/32 dev \(SitePair.outerDevice) mtu lock 1400")
      #expect(try pings(3, sites) == 3)
      try tunnels.a.process.waitFor(log: "the path to the peer takes packets of 1400 bytes now")
      #expect(try tunnels.stop().a.drops == [:])
      let lines = tunnels.a.process.logLines(with: "the path to the peer takes")
      #expect(lines.count == 1 && lines[0].contains("(MTU 1328)"), "\(lines)")
      #expect(tunnels.b.process.logLines(with: "the path to the peer takes") == [])
    }

    @Test("A path that is gone is not taken for one of shorter packets", arguments: Family.allCases)
    func goneWhileQuiet(outer: Family) throws {
      let tunnels = try TunnelPair(outer: outer) { _, options in options.more = ["--stats", "1"] }
      let sites = tunnels.sites
      defer { sites.remove() }
      try sites.a.ip("link set \(SitePair.outerDevice) down")
      // Nothing is sent meanwhile that would fail; the path is looked at each second.
      for _ in 0..<3 { _ = try tunnels.a.process.waitFor(event: "stats") }
      #expect(tunnels.a.process.logLines(with: "the path to the peer takes") == [])
    }

    @Test("What comes while a side cannot take it is on its counter")
    func overflow() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      #expect(try pings(3, sites) == 3)
      tunnels.b.process.signal(SIGSTOP)
      // More than the receive buffer holds.
      let run = try UDPFlows(
        count: 60_000, size: 1_400, rate: 200_000, from: sites.a, to: SitePair.innerAddress(.b),
        in: sites.b)
      #expect(run.total.received < 60_000)
      tunnels.b.process.signal(SIGCONT)
      // It has a full buffer to get through first.
      try Ping.waitForAnswer(from: sites.a, to: SitePair.innerAddress(.b))
      #expect(try pings(3, sites) == 3)
      let counters = try tunnels.stop()
      let dropped = try #require(counters.b.tunnel["drop_socket"])
      #expect(dropped > 0)
      #expect(tunnels.b.process.logLines(with: "dropped by the kernel").count == 1)
      #expect(counters.a.tunnel["drop_socket"] == 0)
    }

    private func pings(_ count: Int, _ sites: SitePair) throws -> Int {
      try Ping.answered(
        count, size: 56, from: sites.a, to: SitePair.innerAddress(.b), seconds: 1)
    }
  }
}
