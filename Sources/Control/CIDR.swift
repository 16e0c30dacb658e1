package import Dataplane

/// An address with the length of its network's prefix: `10.9.0.1/24`, `fd00::1/64`.
package struct CIDR: Hashable, Sendable {
  package let address: IPAddress
  /// Bits of the prefix: 0...32 or 0...128.
  package let length: Int

  /// The address with its host bits cleared.
  package var network: IPAddress { address.prefix(length) }

  /// Whether `other` lies in this network.
  package func contains(_ other: IPAddress) -> Bool {
    other.family == address.family && other.prefix(length) == network
  }

  /// Reads `ADDRESS/LENGTH`.
  ///
  /// - Throws: a usage error that names `option`.
  package init(_ text: String, option: String) throws(SetupError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let address = IPAddress(parsing: String(parts[0])), parts.count <= 2 else {
      throw SetupError(
        "\(option) '\(text)' is no address with a prefix length",
        remedy: "write it as in 10.9.0.1/24 or fd00::1/64")
    }
    guard parts.count == 2 else {
      throw SetupError(
        "\(option) '\(text)' has no prefix length",
        remedy: "add it: \(address)/\(address.width) is the one host")
    }
    guard parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(parts[1]),
      length <= address.width
    else {
      throw SetupError(
        "\(option) '\(text)' has no valid prefix length",
        remedy: "choose one from 0 to \(address.width)")
    }
    self.address = address
    self.length = length
  }

  /// Reads a device's own address: not a group's, not "any", not the host's own loopback.
  package init(address text: String) throws(SetupError) {
    try self.init(text, option: "--address")
    let isLoopback = address.prefix(8) == .v4(127 << 24) || address == .v6(high: 0, low: 1)
    guard !address.isUnspecified, !address.isMulticast, !isLoopback else {
      throw SetupError(
        "--address '\(text)' is no address of a host", remedy: "choose one as in 10.9.0.1/24")
    }
    guard length > 0 else {
      throw SetupError(
        "--address '\(text)' has the whole world on its network",
        remedy: "choose a prefix length from 1 to \(address.width); a default route is --route")
    }
  }

  /// Reads a destination: its host bits must be clear, as ip-route(8) demands too.
  package init(route text: String) throws(SetupError) {
    try self.init(text, option: "--route")
    guard address == network else {
      throw SetupError(
        "--route '\(text)' has bits set beyond its prefix", remedy: "write \(network)/\(length)")
    }
  }
}

extension CIDR: CustomStringConvertible {
  package var description: String { "\(address)/\(length)" }
}
