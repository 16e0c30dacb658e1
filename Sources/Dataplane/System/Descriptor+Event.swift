internal import CFastun
import Glibc

// Counts that poll(2) can wait for: eventfd(2), and timers' in the same form (timerfd_create(2)).
extension Descriptor {
  /// A fresh eventfd.
  ///
  /// - Parameter isBlocking: whether a read waits for it to be rung, as a ring's reads want it.
  package static func event(isBlocking: Bool = false) throws(SystemError) -> Descriptor {
    let raw = eventfd(0, Int32(isBlocking ? EFD_CLOEXEC : EFD_CLOEXEC | EFD_NONBLOCK))
    guard raw >= 0 else { throw .last("eventfd") }
    return Descriptor(raw)
  }

  /// Makes an eventfd readable.
  package func ring() {
    var one: UInt64 = 1
    // SAFETY: eight bytes of this frame. A full counter (EAGAIN) is as readable as any.
    _ = unsafe Glibc.write(raw, &one, 8)
  }

  /// Reads and clears the count of an eventfd or a timerfd that does not block; 0 where there is none.
  @discardableResult
  package func takeCount() -> UInt64 {
    var count: UInt64 = 0
    // SAFETY: eight bytes of this frame.
    return unsafe Glibc.read(raw, &count, 8) == 8 ? count : 0
  }
}
