extension Namespace {
  /// What a port is of; the raw value is the state, as /proc writes it, of a socket that awaits others.
  package enum Transport: String, Sendable {
    case tcp = "0A"
    case udp = "07"
  }

  /// Waits until somebody listens on a port; throws where nobody does within `seconds`.
  package func waitForListener(
    _ transport: Transport = .tcp, port: Int, seconds: Double = 5
  ) throws {
    let deadline = Deadline(seconds: seconds)
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let name = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    while try !inside({ Self.isListening(transport, name) }) {
      guard !deadline.hasPassed else {
        throw TestbedError("nobody listens on \(transport) port \(port) within \(seconds) s")
      }
      Deadline.sleep(seconds: 0.005)
    }
  }

  /// Whether the calling thread's namespace has a listener on a port, as /proc writes it.
  private static func isListening(_ transport: Transport, _ port: String) -> Bool {
    ["", "6"].contains { family in
      let table = readProcFile("/proc/thread-self/net/\(transport)\(family)") ?? ""
      return table.split(separator: "\n").dropFirst().contains {
        let fields = $0.split(separator: " ")
        return fields.count > 3 && fields[1].hasSuffix(port) && fields[3] == transport.rawValue
      }
    }
  }

  /// Pids of the processes that live in the namespace.
  package func pids() throws -> [Int32] {
    try Command.run(["ip", "netns", "pids", name]).split(separator: "\n").compactMap { Int32($0) }
  }
}
