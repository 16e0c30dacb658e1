import Testbed

/// What sealing costs, and fastun as it is by default against what seals too.
extension Case {
  private static let sealedOne = Variant(name: "sealed", carrier: .fastun())
  private static let plaintext = Variant(name: "plaintext", carrier: .fastun(plaintext: true))
  private static let wireGuard = Variant(name: WireGuardProgram.name, carrier: .wireguardGo)

  static let sealed = Case(
    name: "sealed", title: "TCP, one stream, veth as made, sealed", measurement: .tcp(),
    variants: [sealedOne, plaintext, plain, wireGuard],
    rows: [
      .ratio(
        "TCP, one stream, sealed against in the clear", .goodput, "sealed", to: "plaintext",
        .atLeast(0.85)),
      .ratio(
        "TCP, one stream, sealed, against the plain loop", .goodput, "sealed", to: "plain",
        .atLeast(9)),
      .ratio(
        "TCP, one stream, sealed, against wireguard-go", .goodput, "sealed",
        to: WireGuardProgram.name, .atLeast(4.5)),
    ])

  static let sealedWire = Case(
    name: "sealed-wire", title: "TCP, one stream, veth mode wire, sealed", measurement: .tcp(),
    mode: .wire, variants: [sealedOne, plaintext, wireGuard],
    rows: [
      .ratio(
        "TCP on wire, sealed, against wireguard-go", .goodput, "sealed",
        to: WireGuardProgram.name, .atLeast(2.5)),
      .ratio(
        "TCP on wire, sealed against in the clear", .goodput, "sealed", to: "plaintext", .none),
    ])
}
