import Glibc
import Synchronization

/// Removes this process's namespaces, what runs in them, and the folder with its files, when it
/// ends: however it ends.
///
/// A shell waits on a pipe whose other end only this process holds. The kernel closes that end at
/// exit, at a crash, at Ctrl-C and at SIGKILL alike, which a signal handler or `atexit` could not
/// cover. It runs in a session of its own, so that Ctrl-C does not reach it. Whoever removes a
/// namespace properly leaves it nothing to do.
enum Janitor {
  /// What the names of this process's namespaces begin with.
  static let prefix = "ft\(getpid())-"

  private enum State {
    case unknown
    /// Its folder, the end of the pipe that it waits on, and its pid.
    case hired(folder: String, pipe: Int32, pid: pid_t)
    case dismissed
  }

  private static let state = Mutex(State.unknown)

  /// Starts the janitor, once; the folder that it will remove, for root's eyes only. `body` makes
  /// what the janitor is to remove: once he was dismissed, nothing is made any more.
  static func hire<Value>(_ body: (String) throws -> Value) throws -> Value {
    try state.withLock { known in try body(start(&known)) }
  }

  private static func start(_ state: inout State) throws -> String {
    switch state {
    case .hired(let folder, _, _): return folder
    case .dismissed: throw TestbedError("this process is about to end")
    case .unknown: break
    }
    let folder = try makeFolder()
    var pipes: [Int32] = [-1, -1]
    guard pipe2(&pipes, O_CLOEXEC) == 0 else { throw TestbedError("no pipe to be had") }
    defer { close(pipes[0]) }
    let script = """
      cat >/dev/null
      for n in $(ip netns list | cut -d' ' -f1 | grep '^\(prefix)'); do
        for p in $(ip netns pids "$n"); do kill -9 "$p"; done
        ip netns del "$n"
        rm -rf "/etc/netns/$n"
      done
      rm -rf "$1"
      """
    let pid = try spawn(
      ["sh", "-c", script, "janitor", folder], input: pipes[0], output: -1, errors: -1,
      detached: true)
    state = .hired(folder: folder, pipe: pipes[1], pid: pid)
    return folder
  }

  /// Has him do his work now, and waits for its end; false where that takes too long. Nothing that
  /// he would have to remove can be made from then on.
  static func dismiss(seconds: Double) -> Bool {
    let last = state.withLock { known in
      defer { known = .dismissed }
      return known
    }
    guard case .hired(_, let pipe, let pid) = last else { return true }
    close(pipe)
    return waitForEnd(pid, deadline: Deadline(seconds: seconds)) != nil
  }

  private static func makeFolder() throws -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
    guard let path = mkdtemp(&template).map({ String(cString: $0) }) else {
      throw TestbedError("no folder in \(parent): \(String(cString: strerror(errno)))")
    }
    return path
  }
}
