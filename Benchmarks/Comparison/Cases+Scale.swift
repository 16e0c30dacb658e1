import Testbed

/// Queues against cores.
extension Case {
  static let scaling = [
    queues("queues", "in the clear", plaintext: true),
    queues("queues-sealed", "sealed", plaintext: false),
  ]

  private static func queues(_ name: String, _ how: String, plaintext: Bool) -> Case {
    Case(
      suite: .scale, name: name, title: "TCP, four streams for each queue, \(how)\(doubt)",
      measurement: .tcp(streams: nil),
      variants: [1, 2, 4, 8].map {
        Variant(
          name: $0 == 1 ? "1 queue" : "\($0) queues",
          carrier: .fastun(queues: $0, plaintext: plaintext))
      },
      rows: [("two", "2 queues"), ("four", "4 queues"), ("eight", "8 queues")].map {
        .ratio(
          "\($0.0) queues and streams against one, \(how)", .goodput, $0.1, to: "1 queue", .none)
      })
  }

  /// For the title; the samples' remark says why.
  private static var doubt: String {
    let cpus = CPUBudget.here
    return cpus.isEnough(for: 8) ? "" : " (\(cpus.count) CPUs: too few to tell)"
  }
}
