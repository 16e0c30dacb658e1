import Glibc
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

  /// A lane at each end, a sender and a receiver for each queue: what it takes for eight of them to
  /// run at once.
  private static let neededCPUs = 8 * 4

  /// What the machine cannot show.
  private static var doubt: String {
    let cpus = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    if cpus >= neededCPUs { return "" }
    let most = max(1, cpus / 4)
    return """
       (with \(cpus) CPUs this says nothing of how fastun scales beyond \
      \(most) queue\(most == 1 ? "" : "s"): each takes a lane at both ends, a sender and a receiver)
      """
  }
}
