import CFastun
import Foundation

/// A long-running program inside a namespace that tells of itself by JSON lines on its stdout.
///
/// Its pid is its own: `ip netns exec` becomes the command it was given. Its stderr goes to a file
/// in memory and is quoted in errors.
package final class ChildProcess {
  package let pid: Int32
  private let name: String
  private let output: Int32
  private let errors: Int32
  private var unread: [UInt8] = []
  /// The JSON lines of its stdout that were read so far.
  package private(set) var events: [JSONValue] = []
  private var exitCode: Int32?

  /// `environment` is set besides what this process has in its own.
  package init(
    _ arguments: [String], environment: [String: String] = [:], in namespace: Namespace
  ) throws {
    var pipes: [Int32] = [-1, -1]
    guard pipe2(&pipes, O_CLOEXEC) == 0 else { throw TestbedError("no pipe to be had") }
    _ = ft_pipe_room(pipes[1], 1 << 20)
    errors = ft_memory_file("errors")
    output = pipes[0]
    name = arguments[0]
    defer { close(pipes[1]) }
    pid = try spawn(
      ["ip", "netns", "exec", namespace.name] + arguments, environment: environment,
      output: pipes[1], errors: errors)
  }

  deinit {
    if exitCode == nil {
      kill(pid, SIGKILL)
      _ = waitForEnd(pid, deadline: Deadline(seconds: 5))
    }
    close(output)
    close(errors)
  }

  package var isRunning: Bool {
    if exitCode == nil { exitCode = waitForEnd(pid, deadline: Deadline(seconds: 0)) }
    return exitCode == nil
  }

  /// What it wrote to stderr so far.
  package var errorText: String { contents(of: errors) }

  /// What it has used so far; nil once it was waited for.
  package var usage: ProcessUsage? { exitCode == nil ? ProcessUsage(pid: pid) : nil }

  /// Reads its stdout up to the line whose `event` is the named one, and returns that line.
  ///
  /// Throws, with its stderr, where it ends or `seconds` pass before that.
  package func waitFor(event: String, seconds: Double = 10) throws -> JSONValue {
    let deadline = Deadline(seconds: seconds)
    while let value = try nextEvent(before: deadline) {
      if value["event"]?.string == event { return value }
    }
    throw failure(
      deadline.hasPassed ? "did not say \(event) in time" : "ended before its event \(event)")
  }

  /// The next JSON line of its stdout, whatever its event; nil where none comes before the
  /// deadline, or ever.
  package func nextEvent(before deadline: Deadline) throws -> JSONValue? {
    while let line = nextLine(before: deadline) {
      guard line.hasPrefix("{") else { continue }
      let event = try JSONValue(text: line)
      events.append(event)
      return event
    }
    return nil
  }

  /// How often an event was read so far.
  package func count(of event: String) -> Int { events.count { $0["event"]?.string == event } }

  /// What /proc says of each of its threads.
  package func threads() throws -> [String] {
    let folder = "/proc/\(pid)/task"
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .compactMap { readProcFile("\(folder)/\($0)/status") }
  }

  /// Name and niceness of each of its threads.
  package func niceness() throws -> [(name: String, nice: Int)] {
    let folder = "/proc/\(pid)/task"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { thread in
      // The name, in parentheses, may hold spaces; niceness is the 17th field behind it.
      guard let stat = readProcFile("\(folder)/\(thread)/stat"),
        let open = stat.firstIndex(of: "("),
        let close = stat.lastIndex(of: ")")
      else { return nil }
      let fields = stat[close...].split(separator: " ")
      guard fields.count > 17, let nice = Int(fields[17]) else { return nil }
      return (String(stat[stat.index(after: open)..<close]), nice)
    }
  }

  /// Lines of its stderr so far that contain a text.
  package func logLines(with text: String) -> [Substring] {
    errorText.split(separator: "\n").filter { $0.contains(text) }
  }

  /// Waits until its stderr has so many lines that contain a text; throws where `seconds` pass before.
  package func waitFor(log text: String, times: Int = 1, seconds: Double = 10) throws {
    let deadline = Deadline(seconds: seconds)
    while logLines(with: text).count < times {
      guard !deadline.hasPassed, isRunning else { throw failure("did not log '\(text)'") }
      Deadline.sleep(seconds: 0.005)
    }
  }

  package func signal(_ number: Int32) {
    if exitCode == nil { kill(pid, number) }
  }

  /// Waits for its end and returns its exit code, 128 and more for a signal.
  @discardableResult
  package func wait(seconds: Double = 10) throws -> Int32 {
    if let exitCode { return exitCode }
    guard let code = waitForEnd(pid, deadline: Deadline(seconds: seconds)) else {
      throw failure("did not end within \(seconds) s")
    }
    exitCode = code
    return code
  }

  /// Ends it at once, as a crash would.
  package func kill9() throws {
    signal(SIGKILL)
    try wait()
  }

  func failure(_ what: String) -> TestbedError {
    TestbedError("\(name) (pid \(pid)) \(what); its stderr: \(errorText)")
  }

  /// The next line without its newline; nil at the deadline and at the end of the stream.
  private func nextLine(before deadline: Deadline) -> String? {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let end = unread.firstIndex(of: 10) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, deadline.milliseconds) > 0 else {
        if deadline.hasPassed { return nil }
        continue
      }
      let count = read(output, &chunk, chunk.count)
      if count <= 0 { return nil }
      unread.append(contentsOf: chunk[..<count])
    }
  }
}
