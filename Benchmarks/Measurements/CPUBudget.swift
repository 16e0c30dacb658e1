import Glibc

/// How many queues the machine's CPUs can keep at work at once.
///
/// Each takes four: a lane at both ends, senders and receivers.
struct CPUBudget {
  private static let perQueue = 4

  let count: Int

  static var here: CPUBudget { CPUBudget(count: sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  func isEnough(for queues: Int) -> Bool { count >= queues * Self.perQueue }

  /// What figures of so many queues cannot show here; nil where they can.
  func doubt(of queues: Int) -> String? {
    if isEnough(for: queues) { return nil }
    return """
      \(queues) queues want \(queues * Self.perQueue) CPUs (a lane at both ends, senders and receivers \
      for each), and this machine has \(count): how fastun scales cannot be seen here
      """
  }
}
