import Testbed

/// What sealing costs, and fastun as it is by default against what seals too.
extension Case {
  private static let sealedOne = Variant(name: "sealed", carrier: .fastun())
  private static let plaintext = Variant(name: "plaintext", carrier: .fastun(plaintext: true))
  private static let wireGuard = Variant(name: WireGuardProgram.name, carrier: .wireguardGo)

  static let sealed = Case(
    suite: .peers, name: "sealed", title: "TCP, one stream, veth as made, sealed",
    measurement: .tcp(),
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
    ],
    isQuick: true)

  static let sealedWire = Case(
    suite: .peers, name: "sealed-wire", title: "TCP, one stream, veth mode wire, sealed",
    measurement: .tcp(),
    mode: .wire, variants: [sealedOne, plaintext, wireGuard],
    rows: [
      .ratio(
        "TCP on wire, sealed, against wireguard-go", .goodput, "sealed",
        to: WireGuardProgram.name, .atLeast(2.5)),
      .ratio(
        "TCP on wire, sealed against in the clear", .goodput, "sealed", to: "plaintext", .none),
    ])

  static let rekey = Case(
    suite: .sealing, name: "rekey", title: "TCP, one stream, sealed, new keys each second",
    measurement: .rekey,
    variants: [Variant(name: "rekey 1 s", carrier: .fastun(rekey: 1))],
    rows: [
      .lost("datagrams lost and dropped while keys are made anew", "rekey 1 s"),
      .dip(
        "lowest 100 ms within 200 ms of a rekey, against the median", "rekey 1 s", .atLeast(0.7)),
    ])

  static let handshake = Case(
    suite: .sealing, name: "handshake", title: "CPU time of a handshake, tunnel without traffic",
    measurement: .idle,
    variants: [
      Variant(name: "rekey 1 s", carrier: .fastun(rekey: 1)),
      Variant(name: "idle", carrier: .fastun()),
    ],
    rows: [
      .perHandshake("CPU per handshake, both ends together", "rekey 1 s", idle: "idle", .atMost(5))
    ])

  static let seal = Case(
    suite: .micro, name: "seal", title: "one datagram of 1,400 bytes sealed and opened",
    measurement: .sealing,
    variants: [Variant(name: "sealer", carrier: .none)],
    rows: [
      .absolute("seal and open, 1,400 bytes", .sealAndOpen, "sealer", .atMost(0.45))
    ],
    isQuick: true)
}
