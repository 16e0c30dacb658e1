extension Namespace {
  /// Sends of all UDP sockets in the namespace so far, as the kernel counts them: a train that it cuts
  /// into datagrams is one.
  package func udpSends() throws -> Int {
    let text = try inside { readProcFile("/proc/thread-self/net/snmp") ?? "" }
    // Two lines of each protocol: names, then values.
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("Udp: ") }
      .map { $0.split(separator: " ") }
    guard lines.count == 2, let column = lines[0].firstIndex(of: "OutDatagrams"),
      column < lines[1].count, let count = Int(lines[1][column])
    else { throw TestbedError("no count of UDP datagrams in /proc/net/snmp") }
    return count
  }
}
