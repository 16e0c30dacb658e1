import Dataplane

/// Decides when a move of the peer is worth a line: each lane's first few at once, and then every so often where
/// it is by then. Whoever forwards genuine datagrams from two ports in turn causes a move with each.
struct MoveWatch {
  private struct Lane {
    var moves: UInt64 = 0
    var pace = LinePace(burst: 3)
    /// Where it went since the last line; nil: that line still holds.
    var unsaid: SocketAddress?
  }
  private var lanes: [Int: Lane] = [:]

  /// A lane moved. The line to log, where it is time for one.
  mutating func moved(
    lane: Int, to address: SocketAddress, now: ContinuousClock.Instant
  ) -> String? {
    lanes[lane, default: Lane()].moves += 1
    lanes[lane]?.unsaid = address
    return line(lane, now)
  }

  /// Time has passed: the lines that are due.
  mutating func tick(now: ContinuousClock.Instant) -> [String] {
    lanes.keys.sorted().compactMap { line($0, now) }
  }

  private mutating func line(_ number: Int, _ now: ContinuousClock.Instant) -> String? {
    guard var lane = lanes[number], let address = lane.unsaid,
      let others = lane.pace.unsaid(count: lane.moves, now: now)
    else { return nil }
    lane.unsaid = nil
    lanes[number] = lane
    let moves = others > 0 ? ", after \(others) more moves" : ""
    return "the peer's lane \(number) is at \(address) now\(moves)"
  }
}
