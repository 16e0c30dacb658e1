/// Cases that belong together, and are chosen together by `--suite`.
enum Suite: String, Sendable, CaseIterable {
  /// From the bare link to fastun, one idea a rung.
  case path
  /// What is lost on the way, and what becomes of the rest.
  case loss
  /// Compression, by payload and link.
  case lz4
  /// Queues against cores.
  case scale
  /// What sealing costs, and what it must not: packets, memory, time.
  case sealing
  /// Tunnels that people use today.
  case peers
  /// Single operations, without a tunnel; no root needed.
  case micro

  var title: String {
    switch self {
    case .path: "the path, from the bare link to fastun, one idea a rung"
    case .loss: "loss on the way"
    case .lz4: "compression, by payload and link"
    case .scale: "queues against cores"
    case .sealing: "what sealing costs"
    case .peers: "tunnels that people use today"
    case .micro: "single operations"
    }
  }
}
