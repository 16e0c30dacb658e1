import Testbed
import Testing

extension Tunnels {
  /// Datagrams that a tunnel did not ask for.
  @Suite struct StrangerTests {
    @Test("Strangers are counted and change nothing")
    func strangers() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      try Stranger.send(
        Stranger.garbage(100), from: sites.b, address: SitePair.outerAddress(.b),
        to: SitePair.outerAddress(.a))
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      let counters = try tunnels.stop()
      // Some of the garbage begins as a handshake does, and is judged as one.
      #expect(counters.a.drops.values.reduce(0, +) == 100, "\(counters.a.drops)")
      #expect((counters.a.tunnel["drop_stranger"] ?? 0) > 80)
      #expect(
        counters.a.lanes.allSatisfy {
          $0.allSatisfy { !$0.key.hasPrefix("drop_") || $0.value == 0 }
        })
    }

    @Test(
      "Garbage from the peer's own port is dropped, and the peer comes back",
      arguments: ["uring", "poll"])
    func garbage(engine: String) throws {
      let tunnels = try TunnelPair { _, options in options.engine = engine }
      let sites = tunnels.sites
      defer { sites.remove() }
      try tunnels.b.process.kill9()
      // Every type and version byte with anything after it, then anything at all.
      let datagrams = (0...255).flatMap { type in
        Stranger.garbage(8, start: [UInt8(type), 0, 1, 0], seed: UInt64(type))
      }
      try Stranger.send(
        datagrams + Stranger.garbage(2000), from: sites.b, address: SitePair.outerAddress(.b),
        port: TunnelOptions.port, to: SitePair.outerAddress(.a))
      let b = try Tunnel(in: sites.b, TunnelOptions(site: .b))
      try b.waitForPeer()
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      let drops = try tunnels.a.stop().drops
      #expect(drops.values.reduce(0, +) > 3000, "\(drops)")
    }
  }
}
