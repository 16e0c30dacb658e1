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
      variants: numbers.map {
        Variant(
          name: $0 == 1 ? "1 queue" : "\($0) queues",
          carrier: .fastun(queues: $0, plaintext: plaintext))
      },
      rows: [("two", "2 queues"), ("four", "4 queues"), ("eight", "8 queues")].map {
        .ratio(
          "\($0.0) queues and streams against one, \(how)", .goodput, $0.1, to: "1 queue", .none)
      })
  }

  private static let numbers = [1, 2, 4, 8]

  /// For the title; the samples' remark says why.
  private static var doubt: String {
    let cpus = CPUBudget.here
    guard let first = numbers.first(where: { !cpus.isEnough(for: $0) }) else { return "" }
    let what = first == numbers[0] ? "to tell" : "for \(first) queues"
    return " (\(cpus.count) CPUs: too few \(what))"
  }
}
