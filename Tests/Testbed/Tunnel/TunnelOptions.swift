/// What a `fastun` is started with; nil and empty leave its defaults.
package struct TunnelOptions: Sendable {
  /// Its device's name at either site.
  package static let device = "fastun0"
  /// The first of its UDP ports: lane i has this plus i.
  package static let port = 51900

  /// Its device's name; only where one host has several tunnels another than ``device``.
  package var name = TunnelOptions.device
  /// nil: whoever has ``peerKey``, from wherever it comes.
  package var peer: String?
  package var listen: String?
  package var queues: Int?
  /// The CPUs that its lanes are pinned to.
  package var cpus: String?
  /// The niceness of its lanes.
  package var nice: Int?
  package var compress: String?
  package var engine: String?
  package var trains: String?
  package var mtu: Int?
  package var addresses: [String]
  package var routes: [String] = []
  /// The file with its key; nil: the host's own, which a tunnel that starts there again finds.
  package var identity: String?
  /// The peer's public key; nil: the first that the peer shows.
  package var peerKey: String?
  /// A file with a pre-shared key.
  package var pskFile: String?
  /// Seconds after which keys are made anew, and seconds of silence before a keep-alive.
  package var rekey: Int?
  package var keepalive: Int?
  package var cipher: String?
  /// Whom it becomes.
  package var user: String?
  /// No sealing.
  package var plaintext = false
  /// Further arguments, as on a command line.
  package var more: [String] = []
  /// What its environment has besides this process's own.
  package var environment: [String: String] = [:]

  /// The options of one site of a pair whose outer path is IPv4 or IPv6.
  package init(site: SitePair.Site, outer: Family = .ipv4) {
    let peerAddress = SitePair.outerAddress(site.other, outer)
    peer = outer == .ipv4 ? "\(peerAddress):\(Self.port)" : "[\(peerAddress)]:\(Self.port)"
    addresses = [
      "\(SitePair.innerAddress(site))/24", "\(SitePair.innerAddress(site, .ipv6))/64",
    ]
  }

  package var arguments: [String] {
    var arguments: [String] = []
    func add(_ name: String, _ value: String?) {
      if let value { arguments += [name, value] }
    }
    add("--peer", peer)
    arguments += ["--name", name, "--json"]
    add("--listen", listen)
    add("--queues", queues.map(String.init))
    add("--cpus", cpus)
    add("--nice", nice.map(String.init))
    add("--compress", compress)
    add("--engine", engine)
    add("--trains", trains)
    add("--mtu", mtu.map(String.init))
    for address in addresses { add("--address", address) }
    for route in routes { add("--route", route) }
    add("--identity", identity)
    add("--peer-key", peerKey)
    add("--psk-file", pskFile)
    add("--rekey", rekey.map(String.init))
    add("--keepalive", keepalive.map(String.init))
    add("--cipher", cipher)
    add("--user", user)
    if plaintext { arguments.append("--plaintext") }
    return arguments + more
  }
}
