import Testbed

/// Workloads on carriers that the other cases leave out, so that a run ends within 25 minutes: with --all, or by
/// their names.
extension Case {
  static let more = paths + contents + otherPeers

  // MARK: The ladder's other workloads

  private static let rungs = [
    direct, vxlan, plain, plainThreads, superPackets, trains, uring, seals,
  ]

  private static let paths = [
    path("tcp-4-rungs", "TCP, four streams, every rung", .iperf(streams: 4), variants: rungs),
    path(
      "tcp-off-rungs", "TCP, one stream, veth mode off, every rung", .iperf(), mode: .off,
      variants: rungs),
    path(
      "tcp-back-rungs", "TCP, one stream from b to a, every rung", .iperf(direction: .backward),
      variants: rungs),
    path(
      "tcp-both-rungs", "TCP, one stream each way at once, sum of both, every rung",
      .iperf(direction: .both), variants: rungs),
    path("tcp-4-back", "TCP, four streams from b to a", .iperf(streams: 4, direction: .backward)),
    path(
      "tcp-4-both", "TCP, four streams each way at once, sum of both",
      .iperf(streams: 4, direction: .both)),
  ]

  private static func path(
    _ name: String, _ title: String, _ measurement: Measurement, mode: VethMode = .on,
    variants: [Variant] = [vxlan, plain, uring, seals]
  ) -> Case {
    Case(
      suite: .path, name: name, title: title, measurement: measurement, mode: mode, isExtra: true,
      variants: variants,
      rows: [
        .ratio(
          "\(title): in the clear, against the plain loop", .goodput, "+ io_uring", to: "plain",
          .none),
        .ratio(
          "\(title): in the clear, against kernel VXLAN", .goodput, "+ io_uring", to: "vxlan", .none
        ),
        .ratio(
          "\(title): sealed against in the clear", .goodput, "+ seal", to: "+ io_uring", .none),
      ])
  }

  // MARK: Compression

  private static let contents = [
    compression("text-fast", .text, isExtra: true),
    compression("text-slow", .text, link: 100_000_000, isExtra: true),
    compression("binary-fast", .binary, isExtra: true),
    compression("binary-slow", .binary, link: 100_000_000, isExtra: true),
    compression("random-slow", .random, link: 100_000_000, isExtra: true),
  ]

  // MARK: Peers

  private static let otherPeers = [
    peer(
      "peers-wire", "TCP, one stream, veth mode wire, peers", .tcp(), mode: .wire, .goodput,
      "TCP, one stream, veth mode wire, peers: sealed, against wireguard-go", isExtra: true),
    peer(
      "peers-4", "TCP, four streams, peers", .tcp(streams: 4), .goodput,
      "TCP, four streams, peers: sealed, against wireguard-go", isExtra: true),
    peer(
      "peers-large", "1,400-byte UDP, highest rate at 0.1 % loss, peers", .packetRate(size: 1400),
      .packetRate,
      "1,400-byte UDP, highest rate at 0.1 % loss, peers: sealed, against wireguard-go",
      isExtra: true),
    peer(
      "peers-load", "UDP request and answer beside a TCP stream, peers",
      .roundTrips(underLoad: true), .p99,
      "UDP request and answer beside a TCP stream, peers: p99, sealed, against wireguard-go",
      isExtra: true),
  ]
}
