/// Decides when datagrams that could not be sent are worth a line: at once, and then once a minute at most.
struct SendWatch {
  /// Seconds between two lines.
  static let pause = 60

  private var reported: UInt64 = 0
  private var secondsSinceReport = Self.pause

  /// A second has passed, and so many could not be sent in all; how many of them to report, if any.
  mutating func tick(errors: UInt64) -> UInt64? {
    secondsSinceReport = min(secondsSinceReport + 1, Self.pause)
    guard errors > reported, secondsSinceReport == Self.pause else { return nil }
    defer {
      reported = errors
      secondsSinceReport = 0
    }
    return errors - reported
  }
}
