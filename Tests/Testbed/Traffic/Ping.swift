/// ICMP echoes by the system's `ping`.
package enum Ping {
  /// Sends `count` echoes with `size` bytes of payload; how many were answered. Larger than the MTU
  /// they go in fragments. The last one's answer is waited for `seconds`.
  package static func answered(
    _ count: Int, size: Int, from source: Namespace, to address: String, seconds: Double = 2
  ) throws -> Int {
    // Exit code 1 says that some were not answered: that is an answer too, hence the `|| true`.
    let output = try source.run([
      "sh", "-c", "ping -n -i 0.01 -W \(seconds) -c \(count) -s \(size) \(address) || true",
    ])
    guard let line = output.split(separator: "\n").first(where: { $0.contains("received") }),
      let field = line.split(separator: ",").first(where: { $0.contains("received") }),
      let number = field.split(separator: " ").first.flatMap({ Int($0) })
    else { throw TestbedError("ping said: \(output)") }
    return number
  }

  /// Tries until an echo is answered, for so many seconds.
  package static func waitForAnswer(
    from source: Namespace, to address: String, seconds: Double = 10
  ) throws {
    let deadline = Deadline(seconds: seconds)
    while try answered(1, size: 56, from: source, to: address, seconds: 1) == 0 {
      guard !deadline.hasPassed else {
        throw TestbedError("no echo of \(address) in \(seconds) s")
      }
    }
  }
}
