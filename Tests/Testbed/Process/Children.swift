import Glibc
import Synchronization

/// The processes that were started and not yet waited for, so that they can be ended together.
enum Children {
  private static let pids = Mutex<Set<pid_t>>([])

  static func add(_ pid: pid_t) { pids.withLock { _ = $0.insert(pid) } }

  static func remove(_ pid: pid_t) { pids.withLock { _ = $0.remove(pid) } }

  /// Asks all of them to end. Whoever waits for one sees its end.
  static func terminateAll() {
    // Under the lock no pid is given up, and so none can be another process's by now.
    pids.withLock { for pid in $0 { kill(pid, SIGTERM) } }
  }
}
