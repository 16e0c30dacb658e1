import Testbed

/// Queues against cores.
extension Case {
  static let scaling = [queues]

  private static let queues = Case(
    suite: .scale, name: "queues", title: "TCP, a stream for each queue, in the clear\(doubt)",
    measurement: .tcp(streams: nil),
    variants: [1, 2, 4, 8].map {
      Variant(
        name: $0 == 1 ? "1 queue" : "\($0) queues",
        carrier: .fastun(queues: $0, plaintext: true))
    },
    rows: [
      .ratio(
        "two queues and streams against one, in the clear", .goodput, "2 queues", to: "1 queue",
        .none),
      .ratio(
        "eight queues and streams against one, in the clear", .goodput, "8 queues",
        to: "1 queue", .none),
    ])

  /// For the title; the samples' remark says why.
  private static var doubt: String {
    let cpus = CPUBudget.here
    return cpus.isEnough(for: 8) ? "" : " (\(cpus.count) CPUs: too few to tell)"
  }
}
