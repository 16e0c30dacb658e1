import Testbed

/// Variants that are measured in turn, and the rows that come of comparing them.
struct Case: Sendable {
  struct Variant: Sendable {
    let name: String
    let carrier: Carrier
    /// Whether it is measured in a quick run of its case too.
    var isQuick = true
  }

  let suite: Suite
  let name: String
  let title: String
  let measurement: Measurement
  var mode = VethMode.on
  /// Bits per second of the link in each direction; nil: as fast as the machine is.
  var shaped: Int?
  /// Whether it is part of a quick run, in which all must end within 2 minutes.
  var isQuick = false
  /// Whether it is no part of a run unless asked for, as that must end within 25 minutes.
  var isExtra = false
  let variants: [Variant]
  let rows: [Row]
  /// Whether each variant is the one before it with one idea more.
  var isLadder = false

  /// Whether a variant is a process that counts its calls.
  var needsCounter: Bool { variants.contains { $0.carrier.isCounted } }
  /// Whether a variant is wireguard-go.
  var needsWireGuard: Bool { variants.contains { $0.carrier.isWireGuard } }
  /// Whether it takes namespaces with traffic between them; single operations do not.
  var needsTunnel: Bool { suite != .micro }

  /// The same with the variants of a quick run, and the rows that need no others.
  var quick: Case {
    let chosen = variants.filter(\.isQuick)
    let names = Set(chosen.map(\.name))
    return Case(
      suite: suite, name: name, title: title, measurement: measurement, mode: mode,
      shaped: shaped, isQuick: true, variants: chosen,
      rows: rows.filter { names.isSuperset(of: $0.variants) }, isLadder: isLadder)
  }
}
