internal import CFastun
import Glibc
import Synchronization

/// What a lane tells the control side.
package enum LaneNews: Sendable {
  /// A datagram of a handshake came from the peer's address.
  case handshake([UInt8])
  /// The first datagram under a session came: the peer holds its keys. Its local index.
  case proven(UInt32)
  /// The peer's lane moved: its datagrams come from this address now, and ours go there.
  case moved(lane: Int, SocketAddress)
  /// Lane 0 sends to this address now, as it was asked. What it told before may have come from elsewhere.
  case connected(SocketAddress)
  /// The peer wants a sign of life on every lane.
  case asked
}

/// Where the lanes leave word for the control side: news and atomics, and an eventfd that tells of them.
///
/// Nothing here is touched per packet.
final class Switchboard: Sendable {
  /// Set once: lanes end after their in-flight work.
  let stop = Atomic<Bool>(false)
  /// The newest greeting, packed: session:32, mtu:16, lanes:8, and a 1 that tells it from none.
  let greeting = Atomic<UInt64>(0)
  /// The errno and the lane of the first failure: lane:32, errno:32; 0 for none.
  let failure = Atomic<UInt64>(0)
  /// Handshakes that found no room: nobody took the ones before.
  let overflow = Atomic<UInt64>(0)
  /// Readable when something changed for the control side.
  let notices: Descriptor
  /// Readable when a lane has done what its mailbox asked.
  let heeded: Descriptor

  /// Lanes that have their engine, those of them that went without io_uring, and why the last of those did.
  private let begun = Mutex<(lanes: Int, polling: Int, reason: SystemError?)>((0, 0, nil))

  /// What waits, and whether ``LaneNews/asked`` is in it: once is enough, as one answer answers all.
  private let news = Mutex<(waiting: [LaneNews], asked: Bool)>(([], false))
  /// Handshakes that wait: a flood of them stays small. All other news is of authentic datagrams, seldom,
  /// and must not get lost in one.
  private static let room = 256

  init() throws(SystemError) {
    notices = try .event()
    heeded = try .event()
  }

  /// A lane has its engine: the one that was meant for it, or poll for that reason.
  func begin(without reason: SystemError? = nil) {
    begun.withLock {
      $0.lanes += 1
      guard let reason else { return }
      $0.polling += 1
      $0.reason = reason
    }
    heeded.ring()
  }

  /// How many lanes have begun, and what of io_uring they had to do without.
  var beginnings: (lanes: Int, polling: Int, reason: SystemError?) { begun.withLock { $0 } }

  /// Leaves a greeting, and tells the control side where it differs from the one before.
  func hear(session: UInt32, lanes: Int, mtu: Int) {
    let packed =
      UInt64(session) << 32 | UInt64(mtu & 0xffff) << 16 | UInt64(lanes & 0xff) << 8 | 1
    if greeting.exchange(packed, ordering: .acquiringAndReleasing) != packed { notify() }
  }

  /// Leaves news, and wakes the control side where there was none before.
  func tell(_ item: LaneNews) {
    let isFirst = news.withLock { news in
      switch item {
      case .handshake where news.waiting.count >= Self.room:
        overflow.add(1, ordering: .relaxed)
        return false
      case .asked where news.asked: return false
      case .asked: news.asked = true
      default: break
      }
      news.waiting.append(item)
      return news.waiting.count == 1
    }
    if isFirst { notify() }
  }

  /// Takes the news that there are, in order.
  func take() -> [LaneNews] {
    news.withLock { news in
      defer { news = ([], false) }
      return news.waiting
    }
  }

  /// Waits until a lane has begun or done what it was asked, or for so long.
  func awaitHeed(milliseconds: Int32) {
    var event = pollfd(fd: heeded.raw, events: Int16(POLLIN), revents: 0)
    // SAFETY: one pollfd of this frame. Cleared before the caller looks again.
    _ = unsafe poll(&event, 1, milliseconds)
    heeded.takeCount()
  }

  func fail(lane: Int, code: Int32) {
    let packed = UInt64(lane) << 32 | UInt64(UInt32(bitPattern: code))
    _ = failure.compareExchange(expected: 0, desired: packed, ordering: .acquiringAndReleasing)
    notify()
  }

  private func notify() { notices.ring() }
}
