import Glibc
import Testbed

/// Proof that a counted process would be found out: a thread that is named like a lane and does what
/// lanes must not do has to show in the counts, and the same work on another thread must not.
enum CountTrial {
  /// The first argument that makes this program the one on trial; the second is its thread's name.
  static let role = "count-trial"
  /// How many calls of each kind the thread makes, at least.
  private static let calls = 100

  /// Throws where counting does not work here, with the counts that are wrong.
  static func check() throws {
    let lane = try counts(thread: "lane trial")
    guard lane.threads == 1, lane.eachIsAtLeast(calls) else {
      throw TestbedError("calls on a lane's thread are not counted: \(lane)")
    }
    let other = try counts(thread: "trial")
    guard other.threads == 0, other.total == 0, other.elsewhere >= 4 * calls else {
      throw TestbedError("calls on another thread are counted as a lane's: \(other)")
    }
  }

  private static func counts(thread name: String) throws -> CallCounts {
    let counter = try CallCounter()
    try Command.run(
      ["/proc/\(getpid())/exe", role, name], environment: counter.environment(), seconds: 10)
    return try counter.read()
  }

  /// What the process on trial does; its exit code.
  static func run(arguments: [String]) -> Int32 {
    guard let name = arguments.first else { return EX_USAGE }
    let worker = Background {
      pthread_setname_np(pthread_self(), name)
      return work()
    }
    return (try? worker.value()) == calls * (calls - 1) ? 0 : EX_SOFTWARE
  }

  private final class Object {
    let number: Int
    init(_ number: Int) { self.number = number }
  }

  /// Allocates, retains, releases and frees 100 times each: the sum of all numbers, twice.
  private static func work() -> Int {
    var objects = (0..<calls).map(Object.init)
    var again = Array(objects.reversed())
    var sum = 0
    while let object = objects.popLast() { sum += object.number }
    while let object = again.popLast() { sum += object.number }
    return sum
  }
}
