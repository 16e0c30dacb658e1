extension Namespace {
  /// Waits until somebody listens on a TCP port; throws where nobody does within `seconds`.
  package func waitForListener(port: Int, seconds: Double = 5) throws {
    let deadline = Deadline(seconds: seconds)
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let name = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    while try !inside({ Self.isListening(name) }) {
      guard !deadline.hasPassed else {
        throw TestbedError("nobody listens on TCP port \(port) within \(seconds) s")
      }
      Deadline.sleep(seconds: 0.005)
    }
  }

  /// Whether the calling thread's namespace has a listener (state 0A) on a port, as /proc writes it.
  private static func isListening(_ port: String) -> Bool {
    ["tcp", "tcp6"].contains { family in
      let table = readProcFile("/proc/thread-self/net/\(family)") ?? ""
      return table.split(separator: "\n").dropFirst().contains {
        let fields = $0.split(separator: " ")
        return fields.count > 3 && fields[1].hasSuffix(port) && fields[3] == "0A"
      }
    }
  }

  /// Pids of the processes that live in the namespace.
  package func pids() throws -> [Int32] {
    try Command.run(["ip", "netns", "pids", name]).split(separator: "\n").compactMap { Int32($0) }
  }
}
