import Testbed
import Testing

/// Two sides that are not to come together.
struct Strangers {
  let sites: SitePair
  let a: Tunnel
  let b: Tunnel

  /// Starts both. Their devices have IPv4 alone: what comes out of one would be a test's own.
  init(
    _ sites: SitePair, _ change: (SitePair.Site, inout TunnelOptions) throws -> Void
  ) throws {
    self.sites = sites
    func start(_ site: SitePair.Site) throws -> Tunnel {
      try sites[site].sysctl("net/ipv6/conf/default/disable_ipv6", "1")
      var options = TunnelOptions(site: site)
      options.addresses = ["\(SitePair.innerAddress(site))/24"]
      try change(site, &options)
      return try Tunnel(in: sites[site], options)
    }
    a = try start(.a)
    b = try start(.b)
  }

  /// Sees to it that nothing passes in either direction, stops both, and returns their counters.
  func expectSilence() throws -> (a: FinalCounters, b: FinalCounters) {
    for site in SitePair.Site.allCases {
      let answered = try Ping.answered(
        2, size: 56, from: sites[site], to: SitePair.innerAddress(site.other), seconds: 0.2)
      #expect(answered == 0)
      #expect(try sites[site].packetsReceived(by: TunnelOptions.device) == 0)
    }
    let counters = (a: try a.stop(), b: try b.stop())
    for counted in [counters.a, counters.b] {
      #expect(try counted.sum("packets_in") == 0)
      #expect(try counted.sum("datagrams_received") == 0)
    }
    for end in [a, b] {
      #expect(!end.process.events.contains { $0["event"]?.string == "session" })
      #expect(!end.process.events.contains { $0["event"]?.string == "peer" })
    }
    return counters
  }
}
