import Testbed

/// fastun as it is by default against tunnels that people use today.
///
/// TCP comes from a sender and a receiver of our own here: iperf3 spends more CPU time on a byte than the
/// fast tunnels do, and would be measured in their stead. The ladder has iperf3's figures.
extension Case {
  static let wireGuard = Variant(name: WireGuardProgram.name, carrier: .wireguardGo)
  private static let plaintext = Variant(name: "plaintext", carrier: .fastun(plaintext: true))
  static let others = PeerProgram.all.map { Variant(name: $0.name, carrier: .peer($0)) }

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

  private static let peersSmall = Case(
    suite: .peers, name: "peers-small", title: "64-byte UDP, highest rate at 0.1 % loss, peers",
    measurement: .packetRate(size: 64), variants: [sealedOne, wireGuard] + others,
    rows: [
      .ratio(
        "64-byte UDP at 0.1 % loss, sealed, against wireguard-go", .packetRate, "sealed",
        to: WireGuardProgram.name, .none)
    ])

  private static let peersLatency = Case(
    suite: .peers, name: "peers-latency", title: "UDP request and answer, idle, peers",
    measurement: .roundTrips(), variants: [sealedOne, wireGuard] + others,
    rows: [
      .ratio(
        "UDP request/response p50, sealed, against wireguard-go", .p50, "sealed",
        to: WireGuardProgram.name, .none)
    ])
}
