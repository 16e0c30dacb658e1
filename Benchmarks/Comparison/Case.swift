import Testbed

/// Variants that are measured in turn, and the rows that come of comparing them.
struct Case: Sendable {
  struct Variant: Sendable {
    let name: String
    let carrier: Carrier
  }

  let suite: Suite
  let name: String
  let title: String
  let measurement: Measurement
  var mode = VethMode.on
  /// Bits per second of the link in each direction; nil: as fast as the machine is.
  var shaped: Int?
  /// Whether a quick look takes it too.
  var isQuick = false
  let variants: [Variant]
  let rows: [Row]

  /// Whether a variant is a process that counts its calls.
  var needsCounter: Bool { variants.contains { $0.carrier.isCounted } }
  /// Whether a variant is wireguard-go.
  var needsWireGuard: Bool { variants.contains { $0.carrier.isWireGuard } }
}
