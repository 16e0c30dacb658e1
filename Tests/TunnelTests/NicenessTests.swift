import Testbed
import Testing

extension Tunnels {
  @Suite struct NicenessTests {
    @Test(
      "Lanes run before programs, and only lanes; behind them, all of it does",
      arguments: [nil, 5, 0])
    func lanes(nice: Int?) throws {
      let tunnels = try TunnelPair { _, options in
        options.queues = 2
        options.nice = nice
      }
      let sites = tunnels.sites
      defer { sites.remove() }
      for site in SitePair.Site.allCases {
        let threads = try tunnels[site].process.niceness()
        let lanes = threads.filter { $0.name.hasPrefix("lane ") }
        #expect(lanes.count == 2)
        #expect(lanes.allSatisfy { $0.nice == nice ?? -10 }, "\(threads)")
        let others = threads.filter { !$0.name.hasPrefix("lane ") }
        #expect(others.allSatisfy { $0.nice == max(0, nice ?? 0) }, "\(threads)")
      }
      _ = try tunnels.stop()
    }
  }
}
