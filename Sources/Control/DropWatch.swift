/// Decides when drops of one kind are worth a line: at once, and then once a minute at most.
struct DropWatch {
  /// Seconds between two lines.
  static let pause = 60

  private var reported: UInt64 = 0
  private var secondsSinceReport = Self.pause

  /// A second has passed, and so many were dropped in all; how many of them to report, if any.
  mutating func tick(drops: UInt64) -> UInt64? {
    secondsSinceReport = min(secondsSinceReport + 1, Self.pause)
    guard drops > reported, secondsSinceReport == Self.pause else { return nil }
    defer {
      reported = drops
      secondsSinceReport = 0
    }
    return drops - reported
  }
}
