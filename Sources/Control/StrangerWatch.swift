import Dataplane
import Logging

/// Looks at datagrams from anybody but the peer, and counts those of no use, naming their sources in the
/// log now and then.
struct StrangerWatch {
  /// Datagrams of no use so far, those included that the kernel dropped for want of room.
  var count: UInt64 { lanes.reduce(0) { $0 + $1.taken + $1.overflow } }
  /// When a flood may be looked at again; nil where there is none.
  private(set) var floodEnd: ContinuousClock.Instant?

  /// What was looked at lately.
  private var recent: (count: Int, since: ContinuousClock.Instant)?
  private var lanes: [(taken: UInt64, overflow: UInt64)]
  private var pace = LinePace()
  private var room = [UInt8](repeating: 0, count: 65_536)

  /// Datagrams taken at once, or within a pause. More of them are a flood: then nothing is looked at for a
  /// while, and what finds no room meanwhile is counted where that was. A flood must not cost the lanes
  /// their CPU, as it would if each of its datagrams woke the control thread.
  static let batch = 64
  static let pause: Duration = .milliseconds(20)

  init(lanes: Int) {
    self.lanes = Array(repeating: (0, 0), count: lanes)
  }

  /// Whether strangers are to be left alone for now.
  mutating func isFlooded(now: ContinuousClock.Instant = .now) -> Bool {
    guard let floodEnd, floodEnd > now else {
      floodEnd = nil
      return false
    }
    return true
  }

  /// Notes that so many datagrams were looked at which anybody could have sent.
  mutating func note(_ count: Int, now: ContinuousClock.Instant = .now) {
    guard count > 0 else { return }
    if let recent, now - recent.since < Self.pause {
      self.recent = (recent.count + count, recent.since)
    } else {
      recent = (count, now)
    }
    if let recent, recent.count >= Self.batch {
      floodEnd = now + Self.pause
      self.recent = nil
    }
  }

  /// Takes waiting datagrams off a lane's strangers socket: ``batch`` of them at most.
  mutating func take(
    from socket: LaneSocket, lane: Int, now: ContinuousClock.Instant = .now
  ) -> [(bytes: [UInt8], source: SocketAddress)] {
    lanes[lane].overflow.follow(socket.strangersOverflow)
    var datagrams: [(bytes: [UInt8], source: SocketAddress)] = []
    while let (source, length) = socket.nextStranger(&room) {
      datagrams.append((Array(room[..<min(length, room.count)]), source))
      if datagrams.count == Self.batch { break }
    }
    note(datagrams.count, now: now)
    return datagrams
  }

  /// Counts a datagram that was of no use.
  mutating func count(
    _ source: SocketAddress, lane: Int, log: Logger, now: ContinuousClock.Instant = .now
  ) {
    lanes[lane].taken += 1
    guard let others = pace.unsaid(count: count, now: now) else { return }
    log.warning(
      """
      dropped a datagram of \(source) on lane \(lane): not from the configured peer\
      \(others > 0 ? "; \(others) more came without a line" : "")
      """)
  }
}
