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

  /// Its folder, once it is hired.
  private static let folder = Mutex<String?>(nil)

  /// Starts the janitor, once; the folder that it will remove, for root's eyes only.
  @discardableResult
  static func hire() throws -> String {
    try folder.withLock { known in
      if let known { return known }
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
      _ = try spawn(
        ["sh", "-c", script, "janitor", folder], input: pipes[0], output: -1, errors: -1,
        detached: true)
      known = folder
      return folder
    }
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
