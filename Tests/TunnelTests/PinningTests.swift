import Testbed
import Testing

extension Tunnels {
  @Suite struct PinningTests {
    @Test("Lanes run where --cpus says, else wherever the tunnel may", arguments: [false, true])
    func lanes(isPinned: Bool) throws {
      // Sites' programs may run where this one may.
      let mine = try #require(readProcFile("/proc/self/status").flatMap(cpus))
      let last = try #require(mine.split { ",-".contains($0) }.last.map(String.init))
      let tunnels = try TunnelPair { _, options in
        options.queues = 2
        if isPinned { options.cpus = last }
      }
      let sites = tunnels.sites
      defer { sites.remove() }
      for site in SitePair.Site.allCases {
        let threads = try tunnels[site].process.threads()
        let isLane = { statusField("Name", in: $0)?.hasPrefix("lane ") == true }
        let lanes = threads.filter(isLane)
        #expect(lanes.count == 2)
        #expect(lanes.allSatisfy { cpus(of: $0) == (isPinned ? last : mine) }, "\(lanes)")
        let others = threads.filter { !isLane($0) }
        #expect(!others.isEmpty)
        #expect(others.allSatisfy { cpus(of: $0) == mine }, "\(others)")
        let transfer = try Transfer(
          bytes: 16 << 20, of: .random, from: sites[site], to: SitePair.innerAddress(site.other),
          in: sites[site.other])
        #expect(transfer.received == transfer.sent, "SHA-256 from site \(site)")
      }
      _ = try tunnels.stop()
    }

    /// The CPUs that a thread may run on, by its status in /proc: "0-3,6".
    private func cpus(of status: String) -> String? {
      statusField("Cpus_allowed_list", in: status).map(String.init)
    }
  }
}
