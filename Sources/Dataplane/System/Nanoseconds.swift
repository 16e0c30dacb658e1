import Glibc

/// What a clock shows (clock_gettime(2)), in nanoseconds.
func nanoseconds(of clock: clockid_t) -> UInt64 {
  var time = timespec()
  // SAFETY: writes one timespec of this frame.
  unsafe clock_gettime(clock, &time)
  return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
