import CFastun
import CLook
import Glibc
import Synchronization
import Testbed

/// Looks a hundred times a second how fast each CPU runs, from the first question on until the process ends.
///
/// A cloud may give the other hardware thread of a core to another guest. No counter of ours shows it: time
/// goes by as it should, nothing is stolen, but instructions come at two thirds of the rate, or half.
enum CoreWatch {
  /// Looks so far, and those that found the CPU slowed.
  struct Count: Sendable {
    var all = 0
    var slowed = 0

    /// Part of them, from 0 to 1; nil where there was none.
    var slowedShare: Double? { all > 0 ? Double(slowed) / Double(all) : nil }

    static func - (later: Count, earlier: Count) -> Count {
      Count(all: later.all - earlier.all, slowed: later.slowed - earlier.slowed)
    }
  }

  /// What was found so far; any thread may add to it.
  final class Looks: Sendable {
    /// Beyond this times the shortest look ever, another thread was on the core: with one, looks take twice as
    /// long, and a lower frequency under full load is worth less.
    private static let slowedFrom = 1.4

    private let all = Atomic(0)
    private let slowed = Atomic(0)
    private let shortest = Atomic(Int.max)

    func add(nanoseconds: Int) {
      all.add(1, ordering: .relaxed)
      if isSlowed(nanoseconds: nanoseconds) { slowed.add(1, ordering: .relaxed) }
    }

    /// Whether a look that took so long found another thread on the core.
    func isSlowed(nanoseconds: Int) -> Bool {
      shortest.min(nanoseconds, ordering: .relaxed)
      return Double(nanoseconds) > Double(shortest.load(ordering: .relaxed)) * Self.slowedFrom
    }

    var count: Count {
      Count(all: all.load(ordering: .relaxed), slowed: slowed.load(ordering: .relaxed))
    }
  }

  private static let looks = Looks()

  /// A thread for each CPU; none where the system itself knows which of its CPUs share a core, and what runs on
  /// them is accounted for.
  private static let watchers: [Background<Void>] = {
    guard !sharesCoresKnowingly else { return [] }
    return (0..<Int32(1024)).filter { ft_cpu_allowed($0) == 1 }.map { cpu in
      Background<Void> {
        guard ft_pin_to_cpu(cpu) == 0 else { return }
        // Without the right to it, looks wait their turn.
        setpriority(PRIO_PROCESS, 0, -20)
        while true {
          usleep(10_000)
          looks.add(nanoseconds: look())
        }
      }
    }
  }()

  static var isLooking: Bool { !watchers.isEmpty }

  /// What a brief piece of work gave, so many times, on cores of its own.
  struct Apart<Value> {
    var values: [Value] = []
    /// Part of ``values``, from 0 to 1, that were taken while another thread may have been on the core; 0 where
    /// all of those could be left out.
    var slowedShare = 0.0
  }

  /// Does a piece of work until it was done so many times with a core of its own before and after it, or for so
  /// many seconds; what it gave all other times is left out, unless too little would be left.
  static func apart<Value>(
    times: Int, seconds: Double = 1, look: () -> Bool = isSlowed, _ work: () throws -> Value
  ) rethrows -> Apart<Value> {
    var (apart, all): ([Value], [Value]) = ([], [])
    let deadline = Deadline(seconds: seconds)
    while apart.count < times, all.count < times || !deadline.hasPassed {
      let before = look()
      let value = try work()
      all.append(value)
      if !before, !look() { apart.append(value) }
    }
    guard apart.count < times / 2 else { return Apart(values: apart) }
    return Apart(values: all, slowedShare: 1 - Double(apart.count) / Double(all.count))
  }

  /// Whether another thread is on this thread's core now; never where nobody looks.
  static func isSlowed() -> Bool { isLooking && looks.isSlowed(nanoseconds: look()) }

  /// Starts to look, where that was not done before.
  static func count() -> Count {
    _ = watchers
    return looks.count
  }

  /// The shortest of three: the first turns after a pause are slow for reasons of their own, and what is
  /// interrupted takes long too.
  private static func look() -> Int {
    (0..<3).reduce(Int.max) { least, _ in min(least, Int(look_nanoseconds())) }
  }

  private static var sharesCoresKnowingly: Bool {
    let siblings = readProcFile("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list") ?? ""
    return siblings.contains { $0 == "," || $0 == "-" }
  }
}
