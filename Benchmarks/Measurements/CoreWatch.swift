import CFastun
import CLook
import Glibc
import Synchronization
import Testbed

/// Looks a hundred times a second how fast each CPU runs, and now and then how far two are apart, from the first
/// question on until the process ends.
///
/// A cloud may give the other hardware thread of a core to another guest. No counter of ours shows it: time
/// goes by as it should, nothing is stolen, but instructions come at two thirds of the rate, or half. Nor does
/// any show where it runs our CPUs: on cores that share a cache, or on two that do not (``Rally``).
enum CoreWatch {
  /// What was found so far, or within a time.
  struct Count: Sendable {
    /// Looks, and those that found the CPU slowed.
    var slowed = Tally()
    /// Games between two CPUs, and those that found them far apart.
    var far = Tally()

    static func - (later: Count, earlier: Count) -> Count {
      Count(slowed: later.slowed - earlier.slowed, far: later.far - earlier.far)
    }
  }

  /// What was found so far; any thread may add to it.
  final class Looks: Sendable {
    /// Beyond this times the shortest look ever, another thread was on the core: with one, looks take twice as
    /// long, and a lower frequency under full load is worth less.
    private static let slowedFrom = 1.4

    private let shortest = Atomic(Int.max)
    private let slowed = Tally.Shared()
    private let far = Tally.Shared()

    func add(nanoseconds: Int) { slowed.add(found: isSlowed(nanoseconds: nanoseconds)) }

    /// `way`: nanoseconds from one CPU to another, as ``Rally`` finds them.
    func add(way: Double) { far.add(found: way > Rally.farFrom) }

    /// Whether a look that took so long found another thread on the core.
    func isSlowed(nanoseconds: Int) -> Bool {
      shortest.min(nanoseconds, ordering: .relaxed)
      return Double(nanoseconds) > Double(shortest.load(ordering: .relaxed)) * Self.slowedFrom
    }

    var count: Count { Count(slowed: slowed.value, far: far.value) }
  }

  private static let looks = Looks()

  /// Nanoseconds between two looks, which all threads take at the same moments; and looks for each game.
  private static let period: UInt64 = 10_000_000
  private static let looksPerGame: UInt64 = 5

  /// A thread for each CPU; none where the system itself knows which of its CPUs share a core, and what runs on
  /// them is accounted for.
  private static let watchers: [Background<Void>] = {
    guard !sharesCoresKnowingly else { return [] }
    let cpus = (0..<Int32(1024)).filter { ft_cpu_allowed($0) == 1 }
    let rallies = (0..<cpus.count / 2).map {
      shareCache(cpus[2 * $0], cpus[2 * $0 + 1]) ? Rally() : nil
    }
    return cpus.enumerated().map { index, cpu in
      let rally = index / 2 < rallies.count ? rallies[index / 2] : nil
      return Background<Void> {
        guard ft_pin_to_cpu(cpu) == 0 else { return }
        // Without the right to it, looks wait their turn.
        setpriority(PRIO_PROCESS, 0, -20)
        while true {
          let moment = Deadline.now / period + 1
          Deadline.sleep(until: moment * period)
          looks.add(nanoseconds: look())
          guard moment % looksPerGame == 0, let rally else { continue }
          let way = rally.play(Int(moment), index % 2 == 0 ? .serving : .returning)
          if let way { looks.add(way: way) }
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

  /// Whether the system says that two CPUs share their last-level cache. Where it says that they do not, or
  /// nothing, there is nothing to be learned: they are as far apart at all times.
  private static func shareCache(_ one: Int32, _ other: Int32) -> Bool {
    let sharers = [one, other].map {
      readProcFile("/sys/devices/system/cpu/cpu\($0)/cache/index3/shared_cpu_list")
    }
    return sharers[0] != nil && sharers[0] == sharers[1]
  }
}
