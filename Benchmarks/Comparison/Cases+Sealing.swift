import Testbed

/// What sealing costs, and what it must not: packets, memory, time.
extension Case {
  static let sealing = [allocations, rekey, handshake]

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

  private static let rekey = Case(
    suite: .sealing, name: "rekey", title: "TCP, one stream, sealed, new keys each second",
    measurement: .rekey,
    variants: [Variant(name: "rekey 1 s", carrier: .fastun(rekey: 1))],
    rows: [
      .lost("datagrams lost and dropped while keys are made anew", "rekey 1 s"),
      .dip(
        "lowest 100 ms within 200 ms of a rekey, against the median", "rekey 1 s", .atLeast(0.7)),
    ])

  private static let handshake = Case(
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
    ])
}
