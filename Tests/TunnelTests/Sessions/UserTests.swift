import Testbed
import Testing

extension Tunnels {
  /// Tunnels that gave up all that they may do.
  @Suite struct UserTests {
    @Test("Without privileges keys change, queues come and a first peer is noted")
    func nobody() throws {
      let tunnels = try TunnelPair { _, options in
        options.queues = 2
        options.rekey = 1
        options.user = "nobody"
      }
      let sites = tunnels.sites
      defer { sites.remove() }
      let transfer = try Transfer(
        bytes: 16 << 20, of: .random, from: sites.a, to: SitePair.innerAddress(.b), in: sites.b)
      #expect(transfer.received == transfer.sent)
      for site in SitePair.Site.allCases {
        let end = tunnels[site]
        while try end.waitForSession()["number"]?.int ?? 0 < 3 {}
        for status in try end.process.threads() {
          for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(status.contains("\(set):\t0000000000000000\n"), "\(status)")
          }
          #expect(status.contains("Uid:\t65534\t65534\t65534\t65534\n"))
        }
        let key = try #require(tunnels[site.other].key)
        #expect(
          try sites[site].knownPeers == "\(SitePair.outerAddress(site.other)):51900 \(key)\n")
      }
      let counters = try tunnels.stop()
      for counters in [counters.a, counters.b] {
        #expect(counters.lanes.allSatisfy { $0["datagrams_received"] ?? 0 > 0 })
        #expect(counters.drops.isEmpty, "\(counters.drops)")
      }
    }
  }
}
