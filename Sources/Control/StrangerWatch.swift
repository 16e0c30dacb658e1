import Dataplane
import Logging

/// Counts datagrams from anybody but the peer, and names their sources in the log, now and then.
struct StrangerWatch {
  /// Datagrams so far, those included that the kernel dropped for want of room.
  var count: UInt64 { lanes.reduce(0) { $0 + $1.taken + $1.overflow } }

  private var lanes: [(taken: UInt64, overflow: UInt64)]
  private var logged: UInt64 = 0
  private var lastLine: ContinuousClock.Instant?

  /// Between lines in the log.
  static let quiet: Duration = .seconds(10)
  /// Datagrams taken at once: more than the socket has room for, and few enough for a flood.
  static let batch = 256
  private var room = [UInt8]()

  init(lanes: Int) {
    self.lanes = Array(repeating: (0, 0), count: lanes)
  }

  /// Takes waiting datagrams off a lane's strangers socket.
  mutating func drain(
    _ socket: LaneSocket, lane: Int, log: Logger, now: ContinuousClock.Instant = .now
  ) {
    // The kernel's count has 32 bits: what it grew by since the last look.
    let seen = UInt32(truncatingIfNeeded: lanes[lane].overflow)
    lanes[lane].overflow += UInt64(socket.strangersOverflow &- seen)
    for _ in 0..<Self.batch {
      guard let (source, _) = socket.nextStranger(&room) else { return }
      lanes[lane].taken += 1
      if let lastLine, now - lastLine < Self.quiet { continue }
      let others = count - logged - 1
      log.warning(
        """
        dropped a datagram of \(source) on lane \(lane): not from the configured peer\
        \(others > 0 ? "; \(others) more came without a line" : "")
        """)
      logged = count
      lastLine = now
    }
  }
}
