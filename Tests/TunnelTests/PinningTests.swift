import Testbed
import Testing

extension Tunnels {
  @Suite struct PinningTests {
    @Test("Lanes run where --cpus says, else wherever the tunnel may", arguments: [false, true])
    func lanes(isPinned: Bool) throws {
      // Sites' programs may run where this one may.
      let mine = try #require(CPUPlaces(ofStatusAt: "/proc/self/status"))
      let last = try #require(mine.list.split { ",-".contains($0) }.last.map(String.init))
      let tunnels = try TunnelPair { _, options in
        options.queues = 2
        if isPinned { options.cpus = last }
      }
      let sites = tunnels.sites
      defer { sites.remove() }
      for site in SitePair.Site.allCases {
        let threads = try tunnels[site].process.threads().compactMap(CPUPlaces.init(status:))
        let lanes = threads.filter { $0.name.hasPrefix("lane ") }
        #expect(lanes.count == 2)
        #expect(lanes.allSatisfy { $0.list == (isPinned ? last : mine.list) }, "\(threads)")
        let others = threads.filter { !$0.name.hasPrefix("lane ") }
        #expect(!others.isEmpty)
        #expect(others.allSatisfy { $0.list == mine.list }, "\(threads)")
      }
      _ = try tunnels.stop()
    }
  }
}

/// Where a thread may run, as its status in /proc says.
private struct CPUPlaces {
  let name: String
  /// CPUs by number, as in "0-3,6".
  let list: String

  init?(ofStatusAt path: String) {
    guard let status = readProcFile(path) else { return nil }
    self.init(status: status)
  }

  init?(status: String) {
    func value(_ key: String) -> String? {
      status.split(separator: "\n").first { $0.hasPrefix(key + ":\t") }
        .map { String($0.dropFirst(key.count + 2)) }
    }
    guard let name = value("Name"), let list = value("Cpus_allowed_list") else { return nil }
    self.name = name
    self.list = list
  }
}
