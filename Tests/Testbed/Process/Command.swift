import CFastun
import Glibc

/// A short command run to its end.
package enum Command {
  /// Runs a command and returns what it wrote to stdout; throws with its stderr where it fails or
  /// takes longer than `seconds`. `environment` is set besides what this process has in its own.
  @discardableResult
  package static func run(
    _ arguments: [String], environment: [String: String] = [:], seconds: Double = 20
  ) throws -> String {
    let output = ft_memory_file("output")
    let errors = ft_memory_file("errors")
    defer {
      close(output)
      close(errors)
    }
    let pid = try spawn(arguments, environment: environment, output: output, errors: errors)
    guard let code = waitForEnd(pid, deadline: Deadline(seconds: seconds)) else {
      kill(pid, SIGKILL)
      _ = waitForEnd(pid, deadline: Deadline(seconds: 5))
      throw TestbedError("\(arguments.joined(separator: " ")): no end after \(seconds) s")
    }
    guard code == 0 else {
      let said = contents(of: errors) + contents(of: output)
      throw TestbedError("\(arguments.joined(separator: " ")): exit \(code): \(said)")
    }
    return contents(of: output)
  }

  /// The same, words split at spaces.
  @discardableResult
  package static func run(_ line: String) throws -> String {
    try run(line.split(separator: " ").map(String.init))
  }
}
