import Dataplane
import Logging

/// Counts datagrams from anybody but the peer, and names their sources in the log, now and then.
struct StrangerWatch {
  /// Datagrams so far.
  private(set) var count: UInt64 = 0
  private var unlogged: UInt64 = 0
  private var lastLine: ContinuousClock.Instant?

  /// Between lines in the log.
  static let quiet: Duration = .seconds(10)
  /// Datagrams taken at once, so that a flood leaves time for the rest.
  static let batch = 256

  /// Takes waiting datagrams off a lane's strangers socket.
  mutating func drain(
    _ socket: LaneSocket, lane: Int, log: Logger, now: ContinuousClock.Instant = .now
  ) {
    for _ in 0..<Self.batch {
      guard let source = socket.nextStranger() else { return }
      count += 1
      unlogged += 1
      if let lastLine, now - lastLine < Self.quiet { continue }
      let others = unlogged > 1 ? ", and \(unlogged - 1) more since the last such line" : ""
      log.warning(
        "dropped a datagram of \(source) on lane \(lane): not from the configured peer\(others)")
      unlogged = 0
      lastLine = now
    }
  }
}
