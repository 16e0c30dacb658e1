import CFastun
import Dataplane
import Glibc

/// Where one side of the tunnel is, as the user wrote it: a host and the port of lane 0.
package struct Endpoint: Equatable, Sendable {
  /// An address without brackets, or a name; empty for "any address", which only `--listen` allows.
  package let host: String
  /// The UDP port of lane 0; lane i uses the i-th port after it.
  package let port: Int

  package static let defaultPort = 51_900

  package init(host: String, port: Int = defaultPort) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST[:PORT]`, where HOST is an IPv4 address, an IPv6 address in brackets (without a port
  /// also bare), or a name.
  ///
  /// - Throws: a usage error that names `option`.
  package init(peer text: String, option: String = "--peer") throws(SetupError) {
    try self.init(text, option: option)
    guard !host.isEmpty else {
      throw SetupError("\(option) '\(text)' names no host", remedy: Self.remedy(option))
    }
  }

  /// Reads `[ADDR][:PORT]`; an empty address means every address of this host.
  package init(listen text: String) throws(SetupError) {
    try self.init(text, option: "--listen")
    guard host.isEmpty || Self.isNumeric(host) else {
      throw SetupError(
        "--listen '\(text)' is no address",
        remedy: "write an address of this host, as in 10.0.0.1:51900")
    }
    guard IPAddress(parsing: host)?.isMulticast != true else {
      throw SetupError(
        "--listen '\(text)' is a group's address",
        remedy: "write an address of this host, as in 10.0.0.1:51900")
    }
  }

  private init(_ text: String, option: String) throws(SetupError) {
    let malformed = SetupError(
      "\(option) '\(text)' cannot be read", remedy: Self.remedy(option))
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw malformed }
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { throw malformed }
      host = String(text[text.index(after: text.startIndex)..<close])
      let rest = text[text.index(after: close)...]
      guard Self.isNumeric(host), host.contains(":"), rest.isEmpty || rest.hasPrefix(":") else {
        throw malformed
      }
      port = rest.isEmpty ? Self.defaultPort : try Self.port(rest.dropFirst(), option: option)
    } else if text.filter({ $0 == ":" }).count > 1 {
      guard Self.isNumeric(text) else { throw malformed }
      host = text
      port = Self.defaultPort
    } else if let colon = text.firstIndex(of: ":") {
      host = String(text[..<colon])
      let rest = text[text.index(after: colon)...]
      // A URL.
      guard !rest.hasPrefix("//") else { throw malformed }
      port = try Self.port(rest, option: option)
    } else {
      host = text
      port = Self.defaultPort
    }
    guard !host.contains("["), !host.contains("]"), !host.contains("/") else { throw malformed }
    // The resolver would ask the network for 192.0.2.300, and take 10.9 for 10.0.0.9.
    let isMeantAsIPv4 = host.utf8.allSatisfy { $0 == 0x2e || ($0 >= 0x30 && $0 <= 0x39) }
    guard host.isEmpty || !isMeantAsIPv4 || Self.isNumeric(host) else {
      throw SetupError(
        "\(option) '\(text)' is no IPv4 address",
        remedy: "write four numbers up to 255, as in 192.0.2.2")
    }
  }

  /// Makes sure that the ports of `lanes` lanes exist.
  package func checkPorts(lanes: Int, option: String) throws(SetupError) {
    guard port + lanes - 1 <= 65_535 else {
      throw SetupError(
        "\(option) port \(port) leaves no room for \(lanes) lanes (one port each, up to 65535)",
        remedy: "choose a port up to \(65_536 - lanes), or fewer with --queues")
    }
  }

  private static func port(_ text: Substring, option: String) throws(SetupError) -> Int {
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = Int(text),
      (1...65_535).contains(port)
    else {
      throw SetupError("\(option) port '\(text)' is no port", remedy: "choose one from 1 to 65535")
    }
    return port
  }

  /// Whether `host` is an address; an IPv6 address may have a zone (%eth0).
  private static func isNumeric(_ host: String) -> Bool {
    let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(parsing: String(parts[0])) else { return false }
    return parts.count == 1 || (address.family == AF_INET6 && !parts[1].isEmpty)
  }

  private static func remedy(_ option: String) -> String {
    option == "--listen"
      ? "write [ADDRESS][:PORT], as in :51900 or 10.0.0.1:51900"
      : "write HOST[:PORT], as in 192.0.2.2:51900, [2001:db8::2]:51900 or host.example"
  }
}

extension Endpoint: CustomStringConvertible {
  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
