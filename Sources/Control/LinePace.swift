/// Decides when one more of what anybody can cause is worth a line in the log: at once, and then every so
/// often.
struct LinePace {
  /// Between two lines.
  static let quiet: Duration = .seconds(10)

  private var logged: UInt64 = 0
  private var lastLine: ContinuousClock.Instant?

  /// One more came, of so many in all. How many came without a line since the last; nil: this one does, too.
  mutating func unsaid(count: UInt64, now: ContinuousClock.Instant) -> UInt64? {
    if let lastLine, now - lastLine < Self.quiet { return nil }
    defer {
      logged = count
      lastLine = now
    }
    return count - logged - 1
  }
}
