import Dataplane
import Glibc
import Testbed

/// What carries the traffic between the two sites.
enum Carrier: Sendable {
  /// The link itself, without a tunnel: traffic goes between the outer addresses.
  case direct
  /// The plain read/write loop of this program; `threads`: a thread per direction.
  case plain(threads: Bool = false)
  /// A lane of fastun that does nothing but its system calls.
  case relay
  /// The kernel's VXLAN.
  case vxlan
  /// `counted`: it counts what it allocates, retains and releases. `plaintext`: it does not seal.
  /// `rekey`: seconds after which it makes its keys anew.
  case fastun(
    queues: Int = 1, compress: String = "off", engine: String = "auto", counted: Bool = false,
    plaintext: Bool = false, rekey: Int? = nil, trains: String? = nil)
  /// The user-space WireGuard of the WireGuard project.
  case wireguardGo
  /// Another tunnel that people use.
  case peer(PeerProgram)
  /// Nothing: what is measured needs no traffic.
  case none

  var isCounted: Bool {
    if case .fastun(_, _, _, let counted, _, _, _) = self { counted } else { false }
  }

  var isWireGuard: Bool {
    if case .wireguardGo = self { true } else { false }
  }

  /// How it is set up, in words, where it is a program that people use; nil of all others.
  var settings: String? {
    switch self {
    case .peer(let program): program.settings
    case .wireguardGo: WireGuardProgram.settings
    default: nil
    }
  }

  /// What it is to a reader of the report.
  var kind: CarrierKind {
    if case .fastun = self { return .fastun }
    // A part of fastun by itself.
    if case .none = self { return .fastun }
    if case .plain = self { return .plain }
    if case .relay = self { return .relay }
    if case .vxlan = self { return .vxlan }
    return isWireGuard ? .wireguardGo : .other
  }

  /// Starts it at both sites; on return traffic can flow. Throws ``LeftOut`` where it cannot be had
  /// here.
  func start(on pair: SitePair, wireGuard: WireGuardProgram?) throws -> RunningCarrier {
    switch self {
    case .none:
      return RunningCarrier()
    case .direct:
      return RunningCarrier(isDirect: true)
    case .plain(let threads):
      return RunningCarrier(
        processes: try startPlain(on: pair, threads: threads), sendsAlone: true)
    case .relay:
      return RunningCarrier(processes: try startRelay(on: pair))
    case .vxlan:
      try VXLAN.start(on: pair)
      return RunningCarrier()
    case .wireguardGo:
      guard let wireGuard else { throw LeftOut(WireGuardProgram.remedy) }
      return RunningCarrier(
        processes: try wireGuard.start(on: pair),
        version: "\(WireGuardProgram.name) \(wireGuard.version)")
    case .peer(let program):
      return try program.carry(on: pair)
    case .fastun(let queues, _, let engine, let counted, let plaintext, _, _):
      guard try plaintext || FastunProgram.seals() else {
        throw LeftOut("this fastun does not seal")
      }
      let counters = try SitePair.Site.allCases.map { _ in counted ? try CallCounter() : nil }
      let environments = try counters.map { try $0?.environment() ?? [:] }
      let tunnels = try TunnelPair(on: pair) { site, options in
        adapt(&options)
        options.environment = environments[site == .a ? 0 : 1]
      }
      return RunningCarrier(
        processes: [tunnels.a.process, tunnels.b.process], tunnels: tunnels,
        counters: counters.compactMap(\.self), queues: queues, isUringWanted: engine == "auto")
    }
  }

  private func adapt(_ options: inout TunnelOptions) {
    guard
      case .fastun(
        let queues, let compress, let engine, _, let plaintext, let rekey, let trains) = self
    else { return }
    options.queues = queues
    options.compress = compress
    options.engine = engine
    options.plaintext = plaintext
    options.rekey = rekey
    options.trains = trains
  }

  /// MTU 1472: what is left of the 1500 of the link after the outer IPv4 and UDP headers.
  private func startPlain(on pair: SitePair, threads: Bool) throws -> [ChildProcess] {
    try startOwn(
      "plain", device: "plain0", on: pair, more: threads ? ["threads"] : [], link: "mtu 1472")
  }

  /// Super-packets are held to what a train has room for.
  private func startRelay(on pair: SitePair) throws -> [ChildProcess] {
    try startOwn(
      RelayRole.name, device: "relay0", on: pair,
      link: "mtu \(BareRelay.mtu) gso_max_size \(BareRelay.longestPacket)")
  }

  /// Starts this program in one of its roles at both sites, and configures the devices that it makes.
  private func startOwn(
    _ role: String, device: String, on pair: SitePair, more: [String] = [], link: String
  ) throws -> [ChildProcess] {
    try SitePair.Site.allCases.map { site in
      let process = try ChildProcess(
        [
          "/proc/\(getpid())/exe", role, device, SitePair.outerAddress(site),
          SitePair.outerAddress(site.other), "51800",
        ] + more, in: pair[site])
      _ = try process.waitFor(event: "ready")
      try pair[site].ip("address add \(SitePair.innerAddress(site))/24 dev \(device)")
      try pair[site].ip("link set \(device) \(link) up")
      return process
    }
  }
}
