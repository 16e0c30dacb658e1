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
      // More than the socket's buffer and the link's queue hold: it has gone on whenever there was room.
      #expect(run.total.received > 30_000, "\(run.total)")
      try Ping.waitForAnswer(from: sites.a, to: SitePair.innerAddress(.b), seconds: 20)
      #expect(
        try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      let counters = try tunnels.stop()
      #expect(counters.a.drops.isEmpty)
      #expect(counters.b.drops.isEmpty)
      let sent = try counters.a.sum("datagrams_sent")
      let arrived = try counters.b.sum("datagrams_received") + counters.b.sum("datagrams_lost")
      #expect(sent == arrived)
      #expect(try counters.b.sum("packets_in") >= run.total.received)
    }

    @Test("By default a link that is the limit has what shrinks compressed")
    func compresses() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      try sites.outer.shape(bitsPerSecond: 50_000_000, milliseconds: 1_000)
      let tunnels = try TunnelPair(on: sites) { _, options in options.queues = 1 }
      let load = try TCPLoad(
        from: sites.a, to: SitePair.innerAddress(.b), in: sites.b, payload: TCPLoad.payload(.json))
      // More than the link carries uncompressed in the time that there is.
      let deadline = Deadline(seconds: 8)
      while load.received < 72 << 20, !deadline.hasPassed { Deadline.sleep(seconds: 0.02) }
      let received = load.received
      load.stop()
      let counters = try tunnels.stop()
      #expect(try counters.a.sum("datagrams_compressed") > 1_000)
      #expect(received > 60 << 20, "\(received) bytes in 8 s at 6.25 MB/s")
    }
  }
}
