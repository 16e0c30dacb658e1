import Dataplane

/// Decides when a move of the peer is worth a line: each lane's first few at once, and then every so often where
/// it is by then. Whoever forwards genuine datagrams from two ports in turn causes a move with each.
struct MoveWatch {
  /// Lines for a lane within a ``LinePace/quiet``.
  static let burst = 3

  private struct Lane {
    /// Moves without a line since the last one, and where the last of them led; nil: that line still holds.
    var unsaid: (moves: Int, address: SocketAddress)?
    /// When the first of the last few lines was, and how many they are.
    var lines: (since: ContinuousClock.Instant, count: Int)?
  }
  private var lanes: [Int: Lane] = [:]

  /// A lane moved. The line to log, where it is time for one.
  mutating func moved(
    lane: Int, to address: SocketAddress, now: ContinuousClock.Instant
  ) -> String? {
    let moves = lanes[lane, default: Lane()].unsaid?.moves ?? 0
    lanes[lane, default: Lane()].unsaid = (moves + 1, address)
    return line(lane, now)
  }

  /// Time has passed: the lines that are due.
  mutating func tick(now: ContinuousClock.Instant) -> [String] {
    lanes.keys.sorted().compactMap { line($0, now) }
  }

  private mutating func line(_ number: Int, _ now: ContinuousClock.Instant) -> String? {
    guard var lane = lanes[number], let (moves, address) = lane.unsaid else { return nil }
    if let lines = lane.lines, now - lines.since < LinePace.quiet {
      guard lines.count < Self.burst else { return nil }
      lane.lines = (lines.since, lines.count + 1)
    } else {
      lane.lines = (now, 1)
    }
    lane.unsaid = nil
    lanes[number] = lane
    let others = moves > 1 ? ", after \(moves - 1) more moves" : ""
    return "the peer's lane \(number) is at \(address) now\(others)"
  }
}
