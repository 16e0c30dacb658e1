import Testbed
import Testing

extension Tunnels {
  /// Many flows over several lanes.
  @Suite struct FlowTests {
    @Test("Each of many flows arrives in order")
    func order() throws {
      let tunnels = try TunnelPair { _, options in options.queues = 4 }
      defer { tunnels.sites.remove() }
      let run = try UDPFlows(
        count: 100_000, size: 200, rate: 30_000, flows: 64, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      #expect(run.corrupt == 0)
      #expect(run.total.duplicated == 0)
      #expect(run.total.reordered == 0)
      #expect(run.total.lossShare < 0.01)
    }

    @Test("Four queues against two carry on two")
    func unequalQueues() throws {
      let tunnels = try TunnelPair { site, options in
        options.queues = site == .a ? 4 : 2
      }
      defer { tunnels.sites.remove() }
      let run = try UDPFlows(
        count: 20_000, size: 200, rate: 20_000, flows: 64, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      #expect(run.corrupt == 0)
      #expect(run.flows.allSatisfy { $0.received > 0 }, "no flow may sit on a lane without a peer")
      #expect(run.total.lossShare < 0.01)
      for site in SitePair.Site.allCases {
        let transfer = try Transfer(
          bytes: 64 << 20, of: .random, from: tunnels.sites[site],
          to: SitePair.innerAddress(site.other), in: tunnels.sites[site.other])
        #expect(transfer.received == transfer.sent)
      }
      let counters = try tunnels.stop()
      #expect(counters.a.lanes.dropFirst(2).allSatisfy { $0["packets_out"] == 0 })
      #expect(counters.b.drops.isEmpty)
    }
  }
}
