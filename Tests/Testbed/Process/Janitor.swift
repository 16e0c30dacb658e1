import Glibc
import Synchronization

/// Removes this process's namespaces, and what runs in them, when it ends: however it ends.
///
/// A shell waits on a pipe whose other end only this process holds. The kernel closes that end at
/// exit, at a crash, at Ctrl-C and at SIGKILL alike, which a signal handler or `atexit` could not
/// cover. It runs in a session of its own, so that Ctrl-C does not reach it. Whoever removes a
/// namespace properly leaves it nothing to do.
enum Janitor {
  /// What the names of this process's namespaces begin with.
  static let prefix = "ft\(getpid())-"

  private static let isHired = Mutex(false)

  /// Starts the janitor, once.
  static func hire() throws {
    try isHired.withLock { hired in
      if hired { return }
      var pipes: [Int32] = [-1, -1]
      guard pipe2(&pipes, O_CLOEXEC) == 0 else { throw TestbedError("no pipe to be had") }
      defer { close(pipes[0]) }
      let script = """
        cat >/dev/null
        for n in $(ip netns list | cut -d' ' -f1 | grep '^\(prefix)'); do
          for p in $(ip netns pids "$n"); do kill -9 "$p"; done
          ip netns del "$n"
        done
        """
      _ = try spawn(["sh", "-c", script], input: pipes[0], output: -1, errors: -1, detached: true)
      hired = true
    }
  }
}
