import Testbed
import Testing

extension Tunnels {
  /// A side that knows its peer by its key alone, and awaits it.
  @Suite struct AwaitedPeerTests {
    /// Site a, which calls, and site b, which awaits it.
    static func pair(
      queues: (a: Int, b: Int), on sites: SitePair? = nil, peer: String? = nil
    ) throws -> (sites: SitePair, a: Tunnel, b: Tunnel) {
      let sites = try sites ?? SitePair()
      var options = TunnelOptions(site: .a)
      options.queues = queues.a
      if let peer { options.peer = peer }
      let a = try Tunnel(in: sites.a, options)
      let b = try Tunnel(in: sites.b, listener(key: a.key, queues: queues.b))
      try a.waitForPeer()
      try b.waitForPeer()
      return (sites, a, b)
    }

    static func listener(key: String?, queues: Int) -> TunnelOptions {
      var options = TunnelOptions(site: .b)
      options.peer = nil
      options.peerKey = key
      options.queues = queues
      return options
    }

    @Test(
      "Lanes of a peer that came by itself carry both ways", arguments: [(2, 2), (4, 1), (1, 4)])
    func carries(queues: (Int, Int)) throws {
      let (sites, a, b) = try Self.pair(queues: queues)
      defer { sites.remove() }
      for site in SitePair.Site.allCases {
        let run = try UDPFlows(
          count: 10_000, size: 200, rate: 10_000, flows: 64, from: sites[site],
          to: SitePair.innerAddress(site.other), in: sites[site.other])
        #expect(run.corrupt == 0)
        #expect(run.total.lost == 0)
      }
      let counters = try (a: a.stop(), b: b.stop())
      let common = min(queues.0, queues.1)
      for counters in [counters.a, counters.b] {
        for (lane, values) in counters.lanes.enumerated() {
          #expect((values["packets_out"] ?? 0 > 1000) == (lane < common), "lane \(lane)")
          #expect((values["packets_in"] ?? 0 > 1000) == (lane < common), "lane \(lane)")
        }
        #expect(counters.drops.isEmpty, "\(counters.drops)")
      }
    }
  }
}
