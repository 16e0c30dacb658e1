import Testbed

extension Case {
  /// Everything that is compared, in the order of the table.
  static let all: [Case] =
    [
      tcpOn, tcpWire, smallPackets, latency, queues, allocations,
      compression("json", .json, shaped: false), compression("json-shaped", .json, shaped: true),
      compression("random", .random, shaped: false),
      compression("random-shaped", .random, shaped: true),
      sealed, sealedWire, rekey, handshake, seal,
    ] + micro

  // In the clear, as are all figures against what does not seal either.
  private static let fastun = Variant(name: "fastun", carrier: .fastun(plaintext: true))
  private static let poll = Variant(
    name: "fastun poll", carrier: .fastun(engine: "poll", plaintext: true))
  static let plain = Variant(name: "plain", carrier: .plain)
  private static let vxlan = Variant(name: "vxlan", carrier: .vxlan)

  private static let tcpOn = Case(
    suite: .path, name: "tcp", title: "TCP, one stream, veth as made, in the clear",
    measurement: .tcp(),
    variants: [fastun, plain, vxlan, poll],
    rows: [
      .ratio(
        "TCP, one stream, in the clear, against the plain loop", .goodput, "fastun", to: "plain",
        .atLeast(11)),
      .ratio(
        "TCP, one stream, in the clear, against kernel VXLAN", .goodput, "fastun", to: "vxlan",
        .atLeast(0.6)),
      .absolute(
        "CPU per GB, in the clear, both forwarders together", .cpuPerGB, "fastun", .atMost(0.65)),
      .engines(
        "engine poll against uring, TCP one stream, in the clear", .goodput, .atLeast(0.7)),
    ])

  private static let tcpWire = Case(
    suite: .path, name: "tcp-wire", title: "TCP, one stream, veth mode wire, in the clear",
    measurement: .tcp(),
    mode: .wire,
    variants: [fastun, plain, vxlan],
    rows: [
      .ratio(
        "TCP on wire, in the clear, against the plain loop", .goodput, "fastun", to: "plain",
        .atLeast(6)),
      .ratio(
        "TCP on wire, in the clear, against kernel VXLAN", .goodput, "fastun", to: "vxlan",
        .atLeast(0.65)),
    ])

  private static let smallPackets = Case(
    suite: .path, name: "small", title: "64-byte UDP, highest rate at 1 % loss, in the clear",
    measurement: .smallPackets,
    variants: [fastun, plain, poll],
    rows: [
      .ratio(
        "64-byte UDP at 1 % loss, in the clear, against the plain loop", .packetRate, "fastun",
        to: "plain", .atLeast(2.5)),
      .engines(
        "engine poll against uring, 64-byte UDP, in the clear", .packetRate, .atLeast(0.9)),
    ])

  private static let latency = Case(
    suite: .path, name: "latency", title: "UDP request and answer, idle, in the clear",
    measurement: .roundTrips,
    variants: [fastun, plain],
    rows: [
      .ratio(
        "UDP request/response p50, in the clear, against the plain loop", .p50, "fastun",
        to: "plain", .atMost(1.2))
    ])

  private static let queues = Case(
    suite: .scale, name: "queues", title: "TCP, four streams, by queues, in the clear",
    measurement: .tcp(streams: 4),
    variants: [
      Variant(name: "1 queue", carrier: .fastun(queues: 1, plaintext: true)),
      Variant(name: "2 queues", carrier: .fastun(queues: 2, plaintext: true)),
      Variant(name: "4 queues", carrier: .fastun(queues: 4, plaintext: true)),
    ],
    rows: [
      .ratio(
        "two queues against one, TCP 4 streams, in the clear", .goodput, "2 queues", to: "1 queue",
        .atLeast(1.05)),
      .ratio(
        "four queues against two, TCP 4 streams, in the clear", .goodput, "4 queues",
        to: "2 queues",
        .atLeast(0.9)),
      .absolute(
        "resident memory, 4 queues, under load, in the clear", .memory, "4 queues", .atMost(96)),
    ])

  private static let allocations = Case(
    suite: .sealing, name: "allocations",
    title: "allocations and reference counting while packets flow",
    measurement: .allocations,
    variants: [
      Variant(
        name: "uring", carrier: .fastun(engine: "uring", counted: true, plaintext: true)),
      Variant(name: "poll", carrier: .fastun(engine: "poll", counted: true, plaintext: true)),
      Variant(name: "uring, sealed", carrier: .fastun(engine: "uring", counted: true)),
      Variant(name: "poll, sealed", carrier: .fastun(engine: "poll", counted: true)),
    ],
    rows: ["uring", "poll", "uring, sealed", "poll, sealed"].map {
      .callsPerPacket("allocations and retain/release per packet in a running worker, \($0)", $0)
    })

  /// `off`, `always` and `auto` on one payload, over a link of 1 Gb/s or of the machine's speed.
  private static func compression(_ name: String, _ payload: Payload, shaped: Bool) -> Case {
    let link = shaped ? "1 Gb/s link" : "fast link"
    var rows = [
      Row.auto("auto against the better of off and always, \(payload.rawValue), \(link), clear")
    ]
    if payload == .json {
      rows.insert(
        shaped
          ? .ratio(
            "JSON log over 1 Gb/s, goodput always against off", .goodput, "always", to: "off",
            .atLeast(1.9))
          : .ratio(
            "JSON log, datagram bytes always against off", .wireShare, "always", to: "off",
            .atMost(0.5)),
        at: 0)
    }
    return Case(
      suite: .lz4, name: name,
      title: "\(payload.rawValue) payload by compression, \(link), in the clear",
      measurement: .tcp(payload: payload), shaped: shaped ? 1_000_000_000 : nil,
      variants: ["off", "always", "auto"].map {
        Variant(name: $0, carrier: .fastun(compress: $0, plaintext: true))
      },
      rows: rows)
  }
}
