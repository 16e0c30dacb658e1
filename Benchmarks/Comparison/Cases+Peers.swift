import Testbed

/// fastun as it is by default against tunnels that people use today.
///
/// TCP comes from a sender and a receiver of our own here: iperf3 spends more CPU time on a byte than the
/// fast tunnels do, and would be measured in their stead. The ladder has iperf3's figures.
extension Case {
  static let wireGuard = Variant(name: WireGuardProgram.name, carrier: .wireguardGo)
  private static let plaintext = Variant(name: "plaintext", carrier: .fastun(plaintext: true))
  private static let others = PeerProgram.all.map { Variant(name: $0.name, carrier: .peer($0)) }

  static let peers = [sealed, sealedWire, peersSmall, peersLatency]

  private static let sealed = Case(
    suite: .peers, name: "sealed", title: "TCP, one stream, veth as made, sealed",
    measurement: .tcp(), isQuick: true,
    variants: [sealedOne, plaintext, plain, wireGuard] + others,
    rows: [
      .ratio(
        "TCP, one stream, sealed against in the clear", .goodput, "sealed", to: "plaintext",
        .atLeast(0.85)),
      .ratio(
        "TCP, one stream, sealed, against the plain loop", .goodput, "sealed", to: "plain",
        .atLeast(9)),
      .ratio(
        "TCP, one stream, sealed, against wireguard-go", .goodput, "sealed",
        to: WireGuardProgram.name, .atLeast(5.5)),
    ]
      + others.map {
        .ratio(
          "TCP, one stream, sealed, against \($0.name)", .goodput, "sealed", to: $0.name, .none)
      })

  private static let sealedWire = Case(
    suite: .peers, name: "sealed-wire", title: "TCP, one stream, veth mode wire, sealed",
    measurement: .tcp(), mode: .wire, variants: [sealedOne, plaintext, wireGuard],
    rows: [
      .ratio(
        "TCP on wire, sealed, against wireguard-go", .goodput, "sealed",
        to: WireGuardProgram.name, .atLeast(2.5)),
      .ratio(
        "TCP on wire, sealed against in the clear", .goodput, "sealed", to: "plaintext", .none),
    ])

  private static let peersSmall = peer(
    "peers-small", "64-byte UDP, highest rate at 0.1 % loss, peers", .packetRate(size: 64),
    .packetRate, "64-byte UDP at 0.1 % loss, sealed, against wireguard-go")

  private static let peersLatency = peer(
    "peers-latency", "UDP request and answer, idle, peers", .roundTrips(), .p50,
    "UDP request/response p50, sealed, against wireguard-go")

  /// fastun and all others at one workload; `row` tells what of it is compared with wireguard-go's.
  static func peer(
    _ name: String, _ title: String, _ measurement: Measurement, mode: VethMode = .on,
    _ metric: Sample.Metric, _ row: String, isExtra: Bool = false
  ) -> Case {
    Case(
      suite: .peers, name: name, title: title, measurement: measurement, mode: mode,
      isExtra: isExtra, variants: [sealedOne, wireGuard] + others,
      rows: [.ratio(row, metric, "sealed", to: WireGuardProgram.name, .none)])
  }
}
