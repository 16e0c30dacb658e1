import Dataplane
import Glibc

/// The niceness of the lanes: new threads have that of the one that starts them (sched(7)).
///
/// The kernel's own forwarding runs in soft interrupts, before any program. Lanes do that work as threads, and
/// where programs use all CPUs, each time a lane waits for one of them its packets wait too, and its buffers
/// leave the cache.
package struct Niceness {
  package static let range = -20...19
  /// Before programs of the usual niceness, behind what an administrator put before all.
  package static let standard = -10

  private let before: Int32

  /// Makes the calling thread that nice.
  ///
  /// - Throws: where it may not be: below 0 takes CAP_SYS_NICE, or a RLIMIT_NICE that allows it.
  init(_ value: Int) throws(SystemError) {
    before = getpriority(PRIO_PROCESS, 0)
    guard setpriority(PRIO_PROCESS, 0, Int32(value)) == 0 else {
      throw .last("setpriority")
    }
  }

  /// As nice as before; where that is less nice and no privilege is left, all of the process stays as it is.
  func restore() { setpriority(PRIO_PROCESS, 0, before) }
}
