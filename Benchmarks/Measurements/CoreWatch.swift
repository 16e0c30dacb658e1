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
      shortest.min(nanoseconds, ordering: .relaxed)
      let bound = Double(shortest.load(ordering: .relaxed)) * Self.slowedFrom
      all.add(1, ordering: .relaxed)
      if Double(nanoseconds) > bound { slowed.add(1, ordering: .relaxed) }
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
