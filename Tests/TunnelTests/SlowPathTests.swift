import Testbed
import Testing

extension Tunnels {
  /// A path that is slower than its sender, and never drops: the socket's buffer fills.
  @Suite struct SlowPathTests {
    @Test(
      "What the path has no room for waits in the device, in order", arguments: ["uring", "poll"])
    func waits(engine: String) throws {
      let sites = try SitePair()
      defer { sites.remove() }
      try sites.outer.shape(bitsPerSecond: 200_000_000, milliseconds: 5000)
      let tunnels = try TunnelPair(on: sites) { _, options in
        options.queues = 1
        options.engine = engine
        options.compress = "off"
      }
      // 580 Mb/s for a second and more.
      let run = try UDPFlows(
        count: 80_000, size: 1200, rate: 60_000, flows: 4, from: sites.a,
        to: SitePair.innerAddress(.b), in: sites.b, quiet: 0.5)

      #expect(run.corrupt == 0)
      #expect(run.total.duplicated == 0)
      #expect(run.total.reordered == 0)
      // The device's queue is finite: where nothing is lost there, nothing had to wait.
      #expect(run.total.lost > 0)
      let counters = try tunnels.stop()
      #expect(counters.a.drops.isEmpty)
      #expect(counters.b.drops.isEmpty)
      let sent = try counters.a.sum("datagrams_sent")
      let arrived = try counters.b.sum("datagrams_received") + counters.b.sum("datagrams_lost")
      #expect(sent == arrived)
      #expect(try counters.b.sum("packets_in") >= run.total.received)
    }
  }
}
