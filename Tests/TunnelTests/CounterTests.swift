import Testbed
import Testing

extension Tunnels {
  /// Every datagram is accounted for, lane by lane.
  @Suite struct CounterTests {
    @Test("Sent is received and lost, exactly, in every lane", arguments: SitePair.Site.allCases)
    func exact(sender: SitePair.Site) throws {
      let receiver = sender.other
      let tunnels = try TunnelPair(mode: .off) { _, options in options.queues = 4 }
      defer { tunnels.sites.remove() }
      let sites = tunnels.sites
      func send(_ count: Int) throws -> UDPFlows {
        try UDPFlows(
          count: count, size: 500, rate: 20_000, flows: 64, from: sites[sender],
          to: SitePair.innerAddress(receiver), in: sites[receiver])
      }
      let rule = try LossRule(in: sites[receiver], perThousand: 20)
      _ = try send(40_000)
      _ = try Transfer(
        bytes: 8 << 20, of: .random, from: sites[sender], to: SitePair.innerAddress(receiver),
        in: sites[receiver])
      let (_, dropped) = try rule.counts()
      try rule.remove()
      // The end of every lane must arrive: a loss shows by what comes after it.
      #expect(try send(5000).total.lost == 0)

      // The sender first: the receiver takes all of what it sent.
      let (first, second) = sender == .a ? (tunnels.a, tunnels.b) : (tunnels.b, tunnels.a)
      let sent = try first.stop()
      let received = try second.stop()
      for (lane, (out, into)) in zip(sent.lanes, received.lanes).enumerated() {
        let arrived = try #require(into["datagrams_received"])
        let lost = try #require(into["datagrams_lost"])
        #expect(out["datagrams_sent"] == arrived + lost, "lane \(lane)")
      }
      #expect(try received.sum("datagrams_lost") >= dropped)
      #expect(received.drops.isEmpty)
    }

    @Test("Packets in are packets out on a path without loss")
    func packets() throws {
      let tunnels = try TunnelPair()
      defer { tunnels.sites.remove() }
      let run = try UDPFlows(
        count: 20_000, size: 300, rate: 10_000, flows: 16, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      #expect(run.total.lost == 0)
      let counters = try tunnels.stop()
      #expect(try counters.a.sum("packets_out") >= 20_000)
      #expect(try counters.b.sum("packets_in") >= 20_000)
      #expect(try counters.a.sum("packets_out") == counters.b.sum("packets_in"))
    }
  }
}
