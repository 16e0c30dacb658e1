import Testbed

/// The ladder: from the bare link to fastun, one idea a rung, each one the real program with a feature
/// switched off.
extension Case {
  /// Super-packets through the device, and nothing else: each datagram goes alone, by plain calls.
  static let superPackets = Variant(
    name: "super-packets", carrier: .fastun(engine: "poll", plaintext: true, trains: "off"))
  /// + trains of datagrams (UDP GSO and GRO).
  static let trains = Variant(
    name: "+ trains", carrier: .fastun(engine: "poll", plaintext: true, trains: "auto"))
  /// + io_uring.
  static let uring = Variant(name: "+ io_uring", carrier: .fastun(engine: "auto", plaintext: true))
  static let twoQueues = Variant(
    name: "+ 2 queues", carrier: .fastun(queues: 2, plaintext: true))
  static let fourQueues = Variant(
    name: "+ 4 queues", carrier: .fastun(queues: 4, plaintext: true))
  static let seals = Variant(name: "+ seal", carrier: .fastun())

  static let ladder = [
    tcp, tcpWire, tcpOff, tcpFour, tcpShort, tcpBack, tcpBoth, tcpCompressed, tcpCalls,
  ]

  private static let tcp = Case(
    suite: .path, name: "tcp", title: "TCP, one stream, veth as made",
    measurement: .iperf(), isQuick: true,
    variants: [direct, vxlan, relay, plain, plainThreads, superPackets, trains, uring, seals],
    rows: [
      .ratio(
        "TCP, one stream, in the clear, against the plain loop", .goodput, "+ io_uring",
        to: "plain", .atLeast(14)),
      .ratio(
        "TCP, one stream, in the clear, against kernel VXLAN", .goodput, "+ io_uring",
        to: "vxlan", .atLeast(0.75)),
      .ratio(
        "TCP, one stream, in the clear, against the bare relay", .goodput, "+ io_uring",
        to: "bare relay", .none),
      .ratio(
        "TCP, one stream, the bare relay against kernel VXLAN", .goodput, "bare relay",
        to: "vxlan", .none),
      .ratio(
        "TCP, one stream, sealed against in the clear", .goodput, "+ seal", to: "+ io_uring",
        .atLeast(0.9)),
      .absolute(
        "CPU per GB, in the clear, both forwarders together", .cpuPerGB, "+ io_uring",
        .atMost(0.65)),
      .engines(
        "engine poll against uring, TCP one stream, in the clear", .goodput, "+ trains",
        to: "+ io_uring", .atLeast(0.7)),
    ], isLadder: true)

  private static let tcpWire = Case(
    suite: .path, name: "tcp-wire", title: "TCP, one stream, veth mode wire",
    measurement: .iperf(), mode: .wire,
    variants: [direct, vxlan, plain, superPackets, trains, uring, seals],
    rows: [
      .ratio(
        "TCP on wire, in the clear, against the plain loop", .goodput, "+ io_uring", to: "plain",
        .atLeast(7.5)),
      .ratio(
        "TCP on wire, in the clear, against kernel VXLAN", .goodput, "+ io_uring", to: "vxlan",
        .atLeast(0.8)),
      .ratio(
        "TCP on wire, sealed against in the clear", .goodput, "+ seal", to: "+ io_uring", .none),
    ])

  private static let tcpOff = Case(
    suite: .path, name: "tcp-off", title: "TCP, one stream, veth mode off",
    measurement: .iperf(), mode: .off,
    variants: [plain, superPackets, uring],
    rows: [
      .ratio(
        "TCP without offloads, in the clear, against the plain loop", .goodput, "+ io_uring",
        to: "plain", .none)
    ])

  private static let tcpFour = Case(
    suite: .path, name: "tcp-4", title: "TCP, four streams, veth as made",
    measurement: .iperf(streams: 4),
    variants: [vxlan, plain, uring, twoQueues, fourQueues],
    rows: [
      .ratio(
        "two queues against one, TCP 4 streams, in the clear", .goodput, "+ 2 queues",
        to: "+ io_uring", .atLeast(1.05)),
      .ratio(
        "four queues against two, TCP 4 streams, in the clear", .goodput, "+ 4 queues",
        to: "+ 2 queues", .atLeast(0.9)),
      .absolute(
        "resident memory, 4 queues, under load, in the clear", .memory, "+ 4 queues",
        .atMost(96)),
    ])

  /// As a program writes that sends records of TLS, or copies files by small buffers.
  private static let tcpShort = Case(
    suite: .path, name: "tcp-16k", title: "TCP, one stream, written 16 KiB at a time",
    measurement: .iperf(writes: 16 << 10), variants: [vxlan, plain, uring, seals],
    rows: [
      .ratio(
        "TCP by 16 KiB, in the clear, against the plain loop", .goodput, "+ io_uring",
        to: "plain", .none),
      .ratio(
        "TCP by 16 KiB, in the clear, against kernel VXLAN", .goodput, "+ io_uring", to: "vxlan",
        .none),
    ])

  private static let tcpBack = Case(
    suite: .path, name: "tcp-back", title: "TCP, one stream from b to a",
    measurement: .iperf(direction: .backward), variants: [plain, uring],
    rows: [
      .ratio(
        "TCP from b to a, in the clear, against the plain loop", .goodput, "+ io_uring",
        to: "plain", .none)
    ])

  private static let tcpBoth = Case(
    suite: .path, name: "tcp-both", title: "TCP, one stream each way at once, sum of both",
    measurement: .iperf(direction: .both), variants: [plain, plainThreads, uring],
    rows: [
      .ratio(
        "TCP both ways at once, in the clear, against the plain loop", .goodput, "+ io_uring",
        to: "plain", .none)
    ])

  /// The last rung. iperf3 sends nothing that LZ4 could shrink, so the stream is our own.
  private static let tcpCompressed = Case(
    suite: .path, name: "tcp-lz4", title: "TCP, one stream of JSON log lines, sealed, + LZ4",
    measurement: .tcp(content: .json),
    variants: [seals, Variant(name: "+ LZ4", carrier: .fastun(compress: "always"))],
    rows: [
      .ratio("JSON log, sealed, LZ4 against none", .goodput, "+ LZ4", to: "+ seal", .none)
    ])

  private static let tcpCalls = Case(
    suite: .path, name: "tcp-calls", title: "datagrams and system calls of a TCP stream",
    measurement: .kernelCalls,
    variants: [plain, plainThreads, superPackets, trains, uring, seals],
    rows: [
      .absolute(
        "system calls per GB, in the clear, both forwarders together", .callsPerGB, "+ io_uring",
        .none)
    ])
}
