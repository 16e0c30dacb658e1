import Dataplane
import Glibc

/// The device's MTU as the user asked for it.
package enum MTUChoice: Equatable, Sendable {
  /// The longest inner packet that one datagram carries on the path to the peer.
  case auto
  /// So many bytes.
  case bytes(Int)

  package init(_ text: String) throws(SetupError) {
    if text == "auto" {
      self = .auto
    } else if text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let bytes = Int(text) {
      self = .bytes(bytes)
    } else {
      throw SetupError("--mtu '\(text)' cannot be read", remedy: "write auto, or bytes as in 1400")
    }
  }

  /// Settles the device's MTU for a path.
  ///
  /// - Parameters:
  ///   - overhead: what the path takes from a datagram.
  ///   - innerIPv6: whether the device gets an IPv6 address.
  /// - Throws: a usage error where the bytes asked for do not fit, or are too few.
  package func settle(_ overhead: PathOverhead, innerIPv6: Bool) throws(SetupError) -> Int {
    let minimum = innerIPv6 ? 1_280 : 576
    let largest = overhead.largestMTU
    guard largest >= minimum else {
      throw SetupError(
        "the path to the peer carries \(overhead.pathMTU) bytes, which leaves \(largest) of the "
          + "\(minimum) that \(innerIPv6 ? "IPv6" : "IPv4") needs",
        remedy: "raise the MTU of the interface to the peer")
    }
    switch self {
    case .auto:
      return largest
    case .bytes(let bytes) where bytes < minimum:
      throw SetupError(
        "--mtu \(bytes) is less than the \(minimum) that \(innerIPv6 ? "IPv6" : "IPv4") needs",
        remedy: "choose one from \(minimum) to \(largest), or auto")
    case .bytes(let bytes) where bytes > largest:
      throw SetupError(
        "--mtu \(bytes) does not fit a datagram on the path to the peer",
        remedy: "choose \(largest) or less, or auto")
    case .bytes(let bytes):
      return bytes
    }
  }
}

/// What a path of a given MTU leaves for datagrams, and a datagram for an inner packet; all in bytes.
package struct PathOverhead: Equatable, Sendable {
  /// The longest outer IP packet.
  package let pathMTU: Int
  /// Whether the outer packets are IPv6.
  package let isIPv6: Bool

  /// The header of every datagram (docs/WIRE.md).
  static let header = 16
  /// Room for the tag that sealing puts after the records.
  static let tag = 16
  /// The longest header of a record that holds a whole packet or a slice of one.
  static let record = 12
  /// What an inner packet may measure at most.
  static let longestPacket = 60_000

  package init(pathMTU: Int, family: Int32) {
    self.pathMTU = pathMTU
    isIPv6 = family == AF_INET6
  }

  /// The longest datagram (UDP payload) in the clear: the tag's room is kept free.
  package var datagramLimit: Int {
    let udpPayload = min(pathMTU - (isIPv6 ? 40 : 20), 65_515) - 8
    return udpPayload - Self.tag
  }

  /// The longest inner packet that one datagram carries.
  package var largestMTU: Int {
    min(datagramLimit - Self.header - Self.record, Self.longestPacket)
  }

  /// The longest super-packet, in bytes, for a device of this MTU: as many segments as make one full
  /// train with the headers that each datagram adds.
  ///
  /// TCP's own allowance (MAX_TCP_HEADER of net/tcp.h) is kept free of the limit that the kernel is
  /// told, hence the last term; 52 are the headers of TCP over IPv4 with timestamps.
  package func superPacketLimit(mtu: Int) -> Int {
    let datagram = min(mtu + Self.header + Self.record, datagramLimit) + Self.tag
    let datagrams = min(Plan.longestTrain, Plan.longestTrainBytes / datagram)
    return min(max(datagrams * (mtu - 52) + 400, mtu), 65_000)
  }
}
