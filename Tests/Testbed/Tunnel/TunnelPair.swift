/// Two hosts with a tunnel between them, both ends greeted.
package final class TunnelPair {
  package let sites: SitePair
  package private(set) var a: Tunnel
  package private(set) var b: Tunnel

  /// Makes the hosts and starts both ends; `change` adapts the options of each.
  package convenience init(
    mode: VethMode = .on, outer: Family = .ipv4,
    _ change: (SitePair.Site, inout TunnelOptions) -> Void = { _, _ in }
  ) throws {
    try self.init(on: SitePair(mode: mode), outer: outer, change)
  }

  /// Starts both ends on hosts that are there.
  package init(
    on sites: SitePair, outer: Family = .ipv4,
    _ change: (SitePair.Site, inout TunnelOptions) -> Void = { _, _ in }
  ) throws {
    self.sites = sites
    func start(_ site: SitePair.Site) throws -> Tunnel {
      var options = TunnelOptions(site: site, outer: outer)
      change(site, &options)
      return try Tunnel(in: sites[site], options)
    }
    a = try start(.a)
    b = try start(.b)
    try a.waitForPeer()
    try b.waitForPeer()
  }

  package subscript(site: SitePair.Site) -> Tunnel { site == .a ? a : b }

  /// What either end carries in one inner packet.
  package var mtu: Int { min(a.mtu, b.mtu) }

  /// Stops both ends and returns their counters. What a sends from when b is gone is not counted by
  /// b: stop traffic before.
  package func stop() throws -> (a: FinalCounters, b: FinalCounters) {
    (try a.stop(), try b.stop())
  }
}
