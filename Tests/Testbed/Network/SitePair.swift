/// Two hosts of a tunnel: two namespaces joined by a link with MTU 1500.
///
/// ```
///  site a                                        site b
///  tunnel 10.78.0.1, fd78::1                     tunnel 10.78.0.2, fd78::2
///  outer0 10.77.0.1, fd77::1  ───── veth ─────   outer0 10.77.0.2, fd77::2
/// ```
package final class SitePair {
  /// Which end of the pair.
  package enum Site: Int, Sendable, CaseIterable {
    case a = 1
    case b = 2

    package var other: Site { self == .a ? .b : .a }
  }

  package static let outerDevice = "outer0"

  package let a: Namespace
  package let b: Namespace
  package let outer: Link
  private var others: [Namespace] = []
  private var isRemoved = false

  package init(mode: VethMode = .on) throws {
    a = try Namespace()
    b = try Namespace()
    outer = try Link(a, Self.outerDevice, b, Self.outerDevice, subnet: 77, mode: mode)
  }

  deinit { remove() }

  package subscript(site: Site) -> Namespace { site == .a ? a : b }

  /// The address of a site on the link, and inside the tunnel.
  package static func outerAddress(_ site: Site, _ family: Family = .ipv4) -> String {
    address(site, subnet: 77, family)
  }
  package static func innerAddress(_ site: Site, _ family: Family = .ipv4) -> String {
    address(site, subnet: 78, family)
  }

  private static func address(_ site: Site, subnet: Int, _ family: Family) -> String {
    family == .ipv4 ? "10.\(subnet).0.\(site.rawValue)" : "fd\(subnet)::\(site.rawValue)"
  }

  /// Puts a third host behind site b, at 10.79.0.2 and fd79::2, and lets b forward to it. Site a
  /// reaches it once its tunnel has routes to ``behindRoutes``.
  package func addHostBehindB() throws -> Namespace {
    let host = try Namespace()
    others.append(host)
    let link = try Link(b, "inner0", host, "inner0", subnet: 79)
    // veth would hand over packets with their checksums still to do; off, b computes and host
    // checks.
    for (namespace, device) in [link.left, link.right] {
      try namespace.run("ethtool -K \(device) tx off")
    }
    try b.sysctl("net/ipv4/ip_forward", "1")
    try b.sysctl("net/ipv6/conf/all/forwarding", "1")
    try host.ip("route add default via 10.79.0.1")
    try host.ip("-6 route add default via fd79::1")
    return host
  }

  package static let behindRoutes = ["10.79.0.0/24", "fd79::/64"]
  package static func behindAddress(_ family: Family = .ipv4) -> String {
    family == .ipv4 ? "10.79.0.2" : "fd79::2"
  }

  /// Gives a site's end of the link another address, 10.77.0.`host`, instead of the one that ends with `old`, by
  /// default its first.
  package func readdress(_ site: Site, from old: Int? = nil, to host: Int) throws {
    let (namespace, device) = (self[site], Self.outerDevice)
    let address = "10.77.0.\(host)"
    // The other end knows it from the start, as in Link.
    try self[site.other].ip(
      "neigh replace \(address) lladdr \(Link.hardware(77, site.rawValue)) dev \(device) nud permanent"
    )
    try namespace.sysctl("net/ipv4/conf/\(device)/promote_secondaries", "1")
    try namespace.ip("address add \(address)/24 dev \(device)")
    try namespace.ip("address del 10.77.0.\(old ?? site.rawValue)/24 dev \(device)")
  }

  /// Removes the namespaces with all that is in them. Processes in them must have been stopped.
  package func remove() {
    if isRemoved { return }
    isRemoved = true
    for namespace in [a, b] + others { namespace.remove() }
  }
}
