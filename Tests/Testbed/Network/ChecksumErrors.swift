/// Segments and datagrams that a namespace's stack threw away because their checksum was wrong.
package struct ChecksumErrors {
  package let tcp: Int
  package let udp: Int

  package init(in namespace: Namespace) throws {
    // /proc/net belongs to the reader's process, so a process of the namespace must read it.
    let text = try namespace.run("cat /proc/net/snmp /proc/net/snmp6")
    func column(_ protocolName: String) -> Int {
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("\(protocolName):") }
        .map { $0.split(separator: " ") }
      guard lines.count == 2, let at = lines[0].firstIndex(of: "InCsumErrors") else { return 0 }
      return Int(lines[1][at]) ?? 0
    }
    func entry(_ name: String) -> Int {
      let line = text.split(separator: "\n").first {
        $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name)\t")
      }
      return line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
    }
    tcp = column("Tcp")
    udp = column("Udp") + entry("Udp6InCsumErrors")
  }
}
