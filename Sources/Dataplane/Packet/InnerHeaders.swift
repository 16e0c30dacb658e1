/// Where the headers of an inner packet are, read from its bytes and from nothing else.
struct InnerHeaders {
  /// IPv4, or else IPv6.
  let isIPv4: Bool
  /// The transport protocol: 6 is TCP, 17 is UDP (IANA protocol numbers).
  let transport: UInt8
  /// Bytes before the transport header: the IP header with its options or extension headers.
  let networkLength: Int
  /// Bytes of the TCP or UDP header; 0 for another protocol or for a fragment.
  let transportLength: Int
  /// A fragment of a packet, with or without the transport header.
  let isFragment: Bool

  /// Of no packet.
  static let none = InnerHeaders(
    isIPv4: false, transport: 0, networkLength: 0, transportLength: 0, isFragment: false)

  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17

  /// Bytes of all headers.
  var length: Int { networkLength &+ transportLength }
  var isTCP: Bool { transportLength >= 20 && transport == Self.tcp }
  var isUDP: Bool { transportLength == 8 && transport == Self.udp }
  /// Where the checksum field is in the transport header.
  var checksumOffset: Int { transport == Self.tcp ? 16 : 6 }

  /// Reads the headers at the start of `bytes`, which may hold only the headers of a longer packet.
  ///
  /// Nil where the bytes are no IPv4 or IPv6 header, or end before the header does. The length fields
  /// are not judged: see ``statedLength(_:)``.
  static func parse(_ bytes: Bytes) -> InnerHeaders? {
    guard bytes.count >= 20 else { return nil }
    switch bytes[0] >> 4 {
    case 4:
      let length = Int(bytes[0] & 15) &* 4
      guard length >= 20, length <= bytes.count else { return nil }
      // Fragment offset, or more fragments to come (RFC 791 §3.1).
      let isFragment = bytes.u16(6) & 0x3fff != 0
      return finish(bytes, isIPv4: true, bytes[9], at: length, isFragment: isFragment)
    case 6:
      guard bytes.count >= 40 else { return nil }
      return parseIPv6(bytes)
    default:
      return nil
    }
  }

  /// Walks the extension headers (RFC 8200 §4); those that end the walk are the transport's.
  private static func parseIPv6(_ bytes: Bytes) -> InnerHeaders? {
    var next = bytes[6]
    var offset = 40
    var extensions = 0
    while extensions < 8 {
      switch next {
      case 0, 43, 60:  // Hop-by-hop, routing, destination options.
        guard offset &+ 8 <= bytes.count else { return nil }
        next = bytes[offset]
        offset &+= (Int(bytes[offset &+ 1]) &+ 1) &* 8
        guard offset <= bytes.count else { return nil }
        extensions &+= 1
      case 44:  // Fragment.
        return InnerHeaders(
          isIPv4: false, transport: 44, networkLength: offset, transportLength: 0, isFragment: true)
      default:
        return finish(bytes, isIPv4: false, next, at: offset, isFragment: false)
      }
    }
    return nil
  }

  private static func finish(
    _ bytes: Bytes, isIPv4: Bool, _ transport: UInt8, at offset: Int, isFragment: Bool
  ) -> InnerHeaders? {
    var transportLength = 0
    if !isFragment {
      if transport == tcp, offset &+ 20 <= bytes.count {
        transportLength = Int(bytes[offset &+ 12] >> 4) &* 4
        if transportLength < 20 || offset &+ transportLength > bytes.count { transportLength = 0 }
      } else if transport == udp, offset &+ 8 <= bytes.count {
        transportLength = 8
      }
    }
    return InnerHeaders(
      isIPv4: isIPv4, transport: transport, networkLength: offset, transportLength: transportLength,
      isFragment: isFragment)
  }

  /// The packet's length as its IP header states it; `bytes` holds at least the fixed IP header.
  static func statedLength(_ bytes: Bytes) -> Int {
    bytes[0] >> 4 == 4 ? Int(bytes.u16(2)) : Int(bytes.u16(4)) &+ 40
  }
}
