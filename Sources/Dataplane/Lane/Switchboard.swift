internal import CFastun
import Glibc
import Synchronization

/// Where the control side and the lanes leave word for each other: atomics, and an eventfd per direction.
///
/// Nothing here is touched per packet: a lane reads it when its eventfd woke it.
final class Switchboard: Sendable {
  /// Set once: lanes end after their in-flight work.
  let stop = Atomic<Bool>(false)
  /// Lane 0 is to greet the peer.
  let greet = Atomic<Bool>(false)
  /// The newest greeting, packed: session:32, mtu:16, lanes:8, and a 1 that tells it from none.
  let greeting = Atomic<UInt64>(0)
  /// The errno and the lane of the first failure: lane:32, errno:32; 0 for none.
  let failure = Atomic<UInt64>(0)
  /// Readable when something changed for the control side.
  let notices: Descriptor

  init() throws(SystemError) { notices = try Switchboard.event(EFD_NONBLOCK) }

  /// A fresh eventfd; lanes' own are blocking, as a ring's reads want them.
  static func event(_ flags: Int = 0) throws(SystemError) -> Descriptor {
    let raw = eventfd(0, Int32(EFD_CLOEXEC | flags))
    guard raw >= 0 else { throw .last("eventfd") }
    return Descriptor(raw)
  }

  /// Leaves a greeting, and tells the control side where it differs from the one before.
  func hear(session: UInt32, lanes: Int, mtu: Int) {
    let packed =
      UInt64(session) << 32 | UInt64(mtu & 0xffff) << 16 | UInt64(lanes & 0xff) << 8 | 1
    if greeting.exchange(packed, ordering: .acquiringAndReleasing) != packed { notify() }
  }

  func fail(lane: Int, code: Int32) {
    let packed = UInt64(lane) << 32 | UInt64(UInt32(bitPattern: code))
    _ = failure.compareExchange(expected: 0, desired: packed, ordering: .acquiringAndReleasing)
    notify()
  }

  private func notify() { Switchboard.ring(notices) }

  /// Makes an eventfd readable.
  static func ring(_ event: Descriptor) {
    var one: UInt64 = 1
    // SAFETY: eight bytes of this frame. A full counter (EAGAIN) is as readable as any.
    _ = unsafe Glibc.write(event.raw, &one, 8)
  }
}
