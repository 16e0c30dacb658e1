import Testbed

/// Single packets: how many go through, and how long each takes.
extension Case {
  static let packets = [small, flows, large]
  static let latencies = [idle, loaded]

  private static let small = Case(
    suite: .path, name: "small", title: "64-byte UDP, highest rate at 0.1 % loss",
    measurement: .packetRate(size: 64), isQuick: true,
    variants: [plain, plainThreads, poll, fastun, sealedOne],
    rows: [
      .ratio(
        "64-byte UDP at 0.1 % loss, in the clear, against the plain loop", .packetRate, "fastun",
        to: "plain", .atLeast(3.5)),
      .engines(
        "engine poll against uring, 64-byte UDP, in the clear", .packetRate, "fastun poll",
        to: "fastun", .atLeast(0.9)),
    ])

  private static let flows = Case(
    suite: .path, name: "flows",
    title: "64-byte UDP, eight flows that take turns, highest rate at 0.1 % loss",
    measurement: .packetRate(size: 64, flows: 8), variants: [plain, fastun],
    rows: [
      .ratio(
        "64-byte UDP of eight flows at 0.1 % loss, in the clear, against the plain loop",
        .packetRate, "fastun", to: "plain", .none)
    ])

  private static let large = Case(
    suite: .path, name: "large", title: "1,400-byte UDP, highest rate at 0.1 % loss",
    measurement: .packetRate(size: 1400), variants: [plain, fastun, sealedOne],
    rows: [
      .ratio(
        "1,400-byte UDP at 0.1 % loss, in the clear, against the plain loop", .packetRate,
        "fastun", to: "plain", .none)
    ])

  private static let idle = Case(
    suite: .path, name: "latency", title: "UDP request and answer, idle",
    measurement: .roundTrips(), isQuick: true,
    variants: [direct, vxlan, plain, fastun, sealedOne],
    rows: [
      .ratio(
        "UDP request/response p50, idle, in the clear, against the plain loop", .p50, "fastun",
        to: "plain", .atMost(1))
    ])

  private static let loaded = Case(
    suite: .path, name: "latency-load", title: "UDP request and answer beside a TCP stream",
    measurement: .roundTrips(underLoad: true), variants: [plain, fastun, sealedOne],
    rows: [
      .ratio(
        "UDP request/response p99 beside TCP, in the clear, against the plain loop", .p99,
        "fastun", to: "plain", .none)
    ])
}
