/// Decides when one more of what anybody can cause is worth a line in the log: the first few at once, and then
/// every so often.
struct LinePace {
  /// Within this there are no more lines than ``burst``.
  static let quiet: Duration = .seconds(10)

  private let burst: Int
  private var logged: UInt64 = 0
  /// When the first of the last few lines was, and how many they are.
  private var lines: (since: ContinuousClock.Instant, count: Int)?

  init(burst: Int = 1) { self.burst = burst }

  /// One more came, of so many in all. How many came without a line since the last; nil: this one does, too.
  mutating func unsaid(count: UInt64, now: ContinuousClock.Instant) -> UInt64? {
    if let lines, now - lines.since < Self.quiet {
      guard lines.count < burst else { return nil }
      self.lines = (lines.since, lines.count + 1)
    } else {
      lines = (now, 1)
    }
    defer { logged = count }
    return count - logged - 1
  }
}
