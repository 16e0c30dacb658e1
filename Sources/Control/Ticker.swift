import CFastun
import Dataplane
import Glibc

/// A periodic timer that poll(2) can wait for (timerfd_create(2)).
struct Ticker {
  let descriptor: Descriptor

  /// - Parameter period: positive; the first tick comes one period from now.
  init(every period: Duration) throws(SetupError) {
    let raw = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
    guard raw >= 0 else { throw SetupError(SystemError.last("timerfd_create")) }
    descriptor = Descriptor(raw)
    let parts = period.components
    let time = timespec(
      tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
    var setting = itimerspec(it_interval: time, it_value: time)
    guard timerfd_settime(raw, 0, &setting, nil) == 0 else {
      throw SetupError(SystemError.last("timerfd_settime"))
    }
  }

  /// Takes the ticks that passed off the timer; 0 where none did.
  func take() -> UInt64 { descriptor.takeCount() }
}
