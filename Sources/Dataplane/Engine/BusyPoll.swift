import Glibc

/// Whether a lane that has run dry looks again before it sleeps: where its last sleep was shorter than
/// sleeping and waking cost, for as long as they cost.
///
/// Packets that come faster than that would otherwise be taken one by one, each with a wake-up: a lane woken
/// at every packet never finds two. Between looks others may have the CPU, above all whoever sends those
/// packets. Spinning for no longer than a sleep costs takes at most twice the best choice's time, whenever
/// input comes (Karlin et al., "Empirical studies of competitive spinning for a shared-memory
/// multiprocessor", SOSP 1991), and a lane whose input comes slower does not spin at all.
struct BusyPoll {
  /// About what a sleep and the wake-up after it cost, in nanoseconds.
  static let limit: UInt64 = 10_000

  private var isWorthwhile = false
  private var lastInput: UInt64 = 0
  private var asleepSince: UInt64 = 0

  /// Whether to look again instead of sleeping; true only after it has let others have the CPU.
  ///
  /// - Parameter hadInput: whether anything came since this was last asked.
  mutating func looksAgain(hadInput: Bool) -> Bool {
    if looksAgain(hadInput: hadInput, now: nanoseconds(of: CLOCK_MONOTONIC)) {
      sched_yield()
      return true
    }
    return false
  }

  /// The lane has slept until now.
  mutating func woke() { woke(at: nanoseconds(of: CLOCK_MONOTONIC)) }

  // MARK: By the clock

  mutating func looksAgain(hadInput: Bool, now: UInt64) -> Bool {
    if hadInput { lastInput = now }
    if isWorthwhile, now &- lastInput < Self.limit { return true }
    asleepSince = now
    return false
  }

  mutating func woke(at now: UInt64) { isWorthwhile = now &- asleepSince < Self.limit }
}
