import CFastun
import Glibc

/// Starts a program with the given descriptors as its standard three; -1 means /dev/null.
///
/// Signals are reset to their defaults and unblocked. `detached` gives it a session of its own, out
/// of reach of a terminal's Ctrl-C. `environment` is set besides what this process has in its own.
/// Returns its pid; throws where it cannot be started.
func spawn(
  _ arguments: [String], environment: [String: String] = [:], input: Int32 = -1, output: Int32,
  errors: Int32, detached: Bool = false
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (descriptor, target, mode) in [
    (input, 0, O_RDONLY), (output, 1, O_WRONLY), (errors, 2, O_WRONLY),
  ] {
    if descriptor < 0 {
      posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", mode, 0)
    } else {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }
  }

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var unblocked = sigset_t()
  sigemptyset(&unblocked)
  var defaults = sigset_t()
  sigfillset(&defaults)
  posix_spawnattr_setsigmask(&attributes, &unblocked)
  posix_spawnattr_setsigdefault(&attributes, &defaults)
  let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (detached ? 0x80 : 0)  // SETSID
  posix_spawnattr_setflags(&attributes, Int16(flags))

  var vector: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  vector.append(nil)
  defer { for argument in vector { free(argument) } }
  var variables: [UnsafeMutablePointer<CChar>?] = merged(environment).map { strdup($0) }
  variables.append(nil)
  defer { for variable in variables { free(variable) } }
  var pid: pid_t = 0
  let status = posix_spawnp(&pid, arguments[0], &actions, &attributes, vector, variables)
  guard status == 0 else {
    throw TestbedError("cannot start \(arguments[0]): \(String(cString: strerror(status)))")
  }
  if !detached { Children.add(pid) }
  return pid
}

/// This process's environment, `changes` made to it, as NAME=VALUE.
private func merged(_ changes: [String: String]) -> [String] {
  var lines = changes.map { "\($0)=\($1)" }
  var entry = Glibc.environ
  while let variable = entry.pointee {
    let line = String(cString: variable)
    if changes[String(line.prefix { $0 != "=" })] == nil { lines.append(line) }
    entry += 1
  }
  return lines
}

/// How a process ended, as a shell says it: its exit code, or 128 and the signal.
func waitForEnd(_ pid: pid_t, deadline: Deadline) -> Int32? {
  let watch = ft_pidfd_open(pid)
  defer { close(watch) }
  var entry = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
  while poll(&entry, 1, deadline.milliseconds) == 0 || entry.revents == 0 {
    if deadline.hasPassed { return nil }
  }
  // Before its pid can be another's.
  Children.remove(pid)
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
}

/// All that a memory file holds, as text.
func contents(of file: Int32) -> String {
  let size = max(0, Int(lseek(file, 0, SEEK_END)))
  return String(unsafeUninitializedCapacity: size) { buffer in
    max(0, pread(file, buffer.baseAddress, buffer.count, 0))
  }
}
