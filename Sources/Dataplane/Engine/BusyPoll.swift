import Glibc

/// How long a lane that has run dry looks again before it sleeps: as long as a sleep would cost, or longer
/// where it has worked for that; and not at all where what came last took longer than that to come.
///
/// Packets that come faster than a lane sleeps and wakes would otherwise be taken one by one, each with a
/// wake-up: a lane woken at every packet never finds two. Spinning for no longer than a sleep costs takes at
/// most twice the best choice's time, whenever input comes (Karlin et al., "Empirical studies of competitive
/// spinning for a shared-memory multiprocessor", SOSP 1991).
///
/// Under a bulk transfer the gaps are longer, and it is the sleep that is dear: a virtual CPU without work
/// halts, its host gives it to others, and the guest's scheduler overlooks it while threads wait for the CPUs
/// that run. So a part of the time that a lane works earns it looks, which bounds what they cost, whatever
/// comes and however it is spaced.
///
/// Between looks others may have the CPU, above all whoever sends those packets. Where one of them takes it,
/// it will not halt, and a lane that sleeps is sooner back on it than one that waits for its turn.
struct BusyPoll {
  /// About what a sleep and the wake-up after it cost, in nanoseconds.
  static let sleepCost: UInt64 = 10_000
  /// Nanoseconds of work that earn one of looking.
  static let workPerLook: UInt64 = 4
  /// The most that work earns, in nanoseconds.
  static let mostCredit: UInt64 = 1_000_000
  /// A yield that took longer than this let somebody else run, in nanoseconds.
  static let yieldAlone: UInt64 = 5_000

  /// What work has earned and looks have not used up.
  private var credit: UInt64 = 0
  /// How long the lane looks for what comes next; 0 where it sleeps at once.
  private var patience: UInt64 = 0
  private var dryAt: UInt64
  /// When it last looked, or woke.
  private var lookedAt: UInt64

  init(now: UInt64 = nanoseconds(of: CLOCK_MONOTONIC)) {
    dryAt = now
    lookedAt = now
  }

  /// Whether to look again instead of sleeping; true only after it has let others have the CPU.
  ///
  /// - Parameter hadInput: whether anything came since this was last asked.
  mutating func looksAgain(hadInput: Bool) -> Bool {
    let now = nanoseconds(of: CLOCK_MONOTONIC)
    guard looksAgain(hadInput: hadInput, now: now) else { return false }
    sched_yield()
    yielded(from: now, to: nanoseconds(of: CLOCK_MONOTONIC))
    return true
  }

  /// The lane has slept until now.
  mutating func woke() { woke(at: nanoseconds(of: CLOCK_MONOTONIC)) }

  // MARK: By the clock

  mutating func looksAgain(hadInput: Bool, now: UInt64) -> Bool {
    let sinceLook = now &- lookedAt
    if hadInput {
      let gap = lookedAt &- dryAt
      credit = min(credit &+ sinceLook / Self.workPerLook, Self.mostCredit)
      let most = max(credit, Self.sleepCost)
      patience = gap < most ? most : 0
      dryAt = now
    } else {
      credit &-= min(credit, sinceLook)
    }
    lookedAt = now
    return now &- dryAt < patience
  }

  mutating func yielded(from start: UInt64, to end: UInt64) {
    guard end &- start > Self.yieldAlone else { return }
    patience = 0
    lookedAt = end
  }

  mutating func woke(at now: UInt64) {
    credit &-= min(credit, (now &- lookedAt) / Self.workPerLook)
    lookedAt = now
  }
}
