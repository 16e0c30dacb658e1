import Glibc

/// A point on the monotonic clock before which something must have happened.
package struct Deadline: Sendable {
  /// Nanoseconds on the monotonic clock.
  private let at: UInt64

  package init(seconds: Double) { at = Self.now + UInt64(seconds * 1e9) }

  /// A moment of the monotonic clock, in nanoseconds.
  package init(at nanoseconds: UInt64) { at = nanoseconds }

  /// Nanoseconds of the monotonic clock.
  package static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  package var hasPassed: Bool { Self.now >= at }

  /// What is left, in the milliseconds that poll() takes; rounded up, so that 0 means passed.
  package var milliseconds: Int32 {
    let now = Self.now
    return now >= at ? 0 : Int32(clamping: (at - now) / 1_000_000 + 1)
  }

  /// Sleeps until a moment of the monotonic clock: for pacing, never to wait for another process.
  package static func sleep(until nanoseconds: UInt64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }

  /// Lets a measurement run for a while.
  package static func sleep(seconds: Double) { sleep(until: now + UInt64(seconds * 1e9)) }
}
