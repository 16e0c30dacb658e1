/// What a `fastun` is started with; nil and empty leave its defaults.
package struct TunnelOptions: Sendable {
  /// Its device's name at either site.
  package static let device = "fastun0"
  /// The first of its UDP ports: lane i has this plus i.
  package static let port = 51900

  package var peer: String
  package var listen: String?
  package var queues: Int?
  /// Both sites share this machine's CPUs, where pinned lanes of one would sit on those of the other.
  package var cpus: String? = "any"
  package var compress: String?
  package var engine: String?
  package var mtu: Int?
  /// Who a site is: the same in every run, and not who this host is.
  package var identity: String
  package var addresses: [String]
  package var routes: [String] = []
  /// Further arguments, as on a command line.
  package var more: [String] = []
  /// What its environment has besides this process's own.
  package var environment: [String: String] = [:]

  /// The options of one site of a pair whose outer path is IPv4 or IPv6.
  package init(site: SitePair.Site, outer: Family = .ipv4) {
    let peerAddress = SitePair.outerAddress(site.other, outer)
    peer = outer == .ipv4 ? "\(peerAddress):\(Self.port)" : "[\(peerAddress)]:\(Self.port)"
    identity = "/run/fastun-testbed/\(site)/identity"
    addresses = [
      "\(SitePair.innerAddress(site))/24", "\(SitePair.innerAddress(site, .ipv6))/64",
    ]
  }

  var arguments: [String] {
    var arguments = ["--peer", peer, "--name", Self.device, "--identity", identity, "--json"]
    func add(_ name: String, _ value: String?) {
      if let value { arguments += [name, value] }
    }
    add("--listen", listen)
    add("--queues", queues.map(String.init))
    add("--cpus", cpus)
    add("--compress", compress)
    add("--engine", engine)
    add("--mtu", mtu.map(String.init))
    for address in addresses { add("--address", address) }
    for route in routes { add("--route", route) }
    return arguments + more
  }
}
