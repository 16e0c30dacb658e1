import CFastun
import Dataplane
import Glibc

@testable import Control

/// Lanes that do as a script says: each greeting that is asked of them brings the next step.
final class ScriptedPath: DataPath {
  let notices: Descriptor
  private(set) var peer: Peer?
  private(set) var failure: SystemError?
  var sendError: SystemError?
  private(set) var isStopped = false
  private(set) var reconnects = 0
  /// Datagrams from elsewhere that were handed to a lane.
  private(set) var taken: [(bytes: [UInt8], source: SocketAddress, lane: Int)] = []
  /// What lane 0 has counted.
  var counts: [Counter: UInt64] = [:]
  /// Called by ``counters(lane:)``, which the supervisor does each second.
  var onCount: (ScriptedPath) -> Void = { _ in }
  var onStop: () -> Void = {}
  private var steps: ArraySlice<(ScriptedPath) -> Void>
  private var news: [LaneNews] = []

  init(_ steps: [(ScriptedPath) -> Void] = []) {
    notices = Descriptor(eventfd(0, Int32(EFD_NONBLOCK)))
    self.steps = steps[...]
  }

  func answer(_ peer: Peer) {
    self.peer = peer
    eventfd_write(notices.raw, 1)
  }

  func fail(_ failure: SystemError) {
    self.failure = failure
    eventfd_write(notices.raw, 1)
  }

  func tell(_ item: LaneNews) {
    news.append(item)
    eventfd_write(notices.raw, 1)
  }

  var newsOverflow: UInt64 { 0 }
  func takeNews() -> [LaneNews] {
    defer { news = [] }
    return news
  }
  func take(_ datagram: [UInt8], from source: SocketAddress, lane: Int) -> Bool {
    taken.append((datagram, source, lane))
    return true
  }
  func greet() { steps.popFirst()?(self) }
  func reconnect() { reconnects += 1 }
  func stop() {
    isStopped = true
    onStop()
  }
  func counters(lane: Int) -> [Counter: UInt64] {
    if lane == 0 { onCount(self) }
    return lane == 0 ? counts : [:]
  }
}
