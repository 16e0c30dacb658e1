import CFastun
import Glibc

/// An IPv4 or IPv6 address, as a number whose first bit is the network's first bit.
package enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  /// `AF_INET` or `AF_INET6`.
  package var family: Int32 {
    switch self {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  /// Bits of an address of this family: 32 or 128.
  package var width: Int {
    switch self {
    case .v4: 32
    case .v6: 128
    }
  }

  /// The address in network order: 4 or 16 bytes.
  package var bytes: [UInt8] {
    switch self {
    case .v4(let value):
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    case .v6(let high, let low):
      [high, low].flatMap { half in
        (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
      }
    }
  }

  /// Reads 4 or 16 bytes in network order; nil for any other count.
  package init?(bytes: some Collection<UInt8>) {
    func number(_ part: some Collection<UInt8>) -> UInt64 {
      part.reduce(0) { $0 << 8 | UInt64($1) }
    }
    switch bytes.count {
    case 4: self = .v4(UInt32(number(bytes)))
    case 16: self = .v6(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)))
    default: return nil
    }
  }

  /// Reads dotted-quad IPv4 or RFC 4291 IPv6 without a zone; nil for anything else (inet_pton(3)).
  package init?(parsing text: String) {
    var room = [UInt8](repeating: 0, count: 16)
    let isIPv6 = text.utf8.contains(UInt8(ascii: ":"))
    // SAFETY: inet_pton writes 4 or 16 bytes, and `room` has 16.
    guard unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &room) == 1 else { return nil }
    self.init(bytes: room.prefix(isIPv6 ? 16 : 4))
  }

  /// No address of a host: 0.0.0.0 or ::.
  package var isUnspecified: Bool { self == .v4(0) || self == .v6(high: 0, low: 0) }

  /// A group's address (RFC 1112, RFC 4291), or IPv4's broadcast address.
  package var isMulticast: Bool {
    switch self {
    case .v4(let value): value >> 28 == 0xe || value == .max
    case .v6(let high, _): high >> 56 == 0xff
    }
  }

  /// The address with all but its first `count` bits cleared.
  package func prefix(_ count: Int) -> IPAddress {
    // A shift by the whole width gives 0, as wanted.
    switch self {
    case .v4(let value):
      .v4(value & ~(UInt32.max >> count))
    case .v6(let high, let low):
      .v6(
        high: high & ~(UInt64.max >> min(count, 64)), low: low & ~(UInt64.max >> max(count - 64, 0))
      )
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text (RFC 5952 for IPv6), by inet_ntop(3).
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let address = bytes
    // SAFETY: `address` holds as many bytes as its family needs; the text is zero-terminated in `text`.
    guard unsafe inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
