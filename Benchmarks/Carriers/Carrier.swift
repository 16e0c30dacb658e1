import Glibc
import Testbed

/// What carries the traffic between the two sites.
enum Carrier: Sendable {
  /// The plain read/write loop of this program.
  case plain
  /// The kernel's VXLAN.
  case vxlan
  case fastun(queues: Int = 1, compress: String = "off", engine: String = "auto")

  /// Starts it at both sites; on return traffic can flow.
  func start(on pair: SitePair) throws -> RunningCarrier {
    switch self {
    case .plain:
      return RunningCarrier(processes: try startPlain(on: pair), tunnels: nil)
    case .vxlan:
      try VXLAN.start(on: pair)
      return RunningCarrier(processes: [], tunnels: nil)
    case .fastun(let queues, let compress, let engine):
      let tunnels = try TunnelPair(on: pair) { _, options in
        options.queues = queues
        options.compress = compress
        options.engine = engine
      }
      return RunningCarrier(processes: [tunnels.a.process, tunnels.b.process], tunnels: tunnels)
    }
  }

  /// MTU 1472: what is left of the 1500 of the link after the outer IPv4 and UDP headers.
  private func startPlain(on pair: SitePair) throws -> [ChildProcess] {
    try SitePair.Site.allCases.map { site in
      let process = try ChildProcess(
        [
          "/proc/\(getpid())/exe", "plain", "plain0", SitePair.outerAddress(site),
          SitePair.outerAddress(site.other), "51800",
        ], in: pair[site])
      _ = try process.waitFor(event: "ready")
      try pair[site].ip("address add \(SitePair.innerAddress(site))/24 dev plain0")
      try pair[site].ip("link set plain0 mtu 1472 up")
      return process
    }
  }
}
