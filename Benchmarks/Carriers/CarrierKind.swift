/// What a carrier is to a reader of the report: fastun, or whom it is compared with.
enum CarrierKind: String, Codable, Sendable, CaseIterable {
  /// fastun, or a part of it.
  case fastun
  case plain
  /// A lane of fastun with nothing in its walk.
  case relay
  case vxlan
  case wireguardGo = "wireguard-go"
  /// Whatever else fastun is compared with, known by its variant's name.
  case other

  /// As it is called in a sentence; nil: by its variant's name.
  var title: String? {
    switch self {
    case .fastun: "fastun"
    case .plain: "the plain loop"
    case .relay: "the bare relay"
    case .vxlan: "kernel VXLAN"
    case .wireguardGo: "wireguard-go"
    case .other: nil
    }
  }
}
