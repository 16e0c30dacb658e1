/// Where a packet with a route in it will end. Transport checksums cover that address (RFC 9293 §3.1, RFC
/// 8200 §8.1), which stands in the route until its last hop.
enum SourceRoute {
  /// The sum of the addresses that a transport checksum covers, of a packet with IPv4 options or extension headers.
  @inline(never)
  static func addresses(_ packet: Bytes, _ headers: InnerHeaders) -> UInt64 {
    let size = headers.isIPv4 ? 4 : 16
    let source = packet.slice(headers.isIPv4 ? 12 : 8, size)
    return Checksum.sum(source) &+ Checksum.sum(packet.slice(destination(packet, headers), size))
  }

  /// Where the address is at which a packet's way ends. The headers are whole, as ``InnerHeaders`` found them.
  static func destination(_ packet: Bytes, _ headers: InnerHeaders) -> Int {
    if headers.isIPv4 { return ipv4Destination(packet.slice(0, headers.networkLength)) }
    var kind = packet[6]
    var offset = 40
    var destination = 24
    while offset < headers.networkLength {
      let length = (Int(packet[offset &+ 1]) &+ 1) &* 8
      if kind == 43, let at = ipv6Destination(packet.slice(offset, length)) {
        destination = offset &+ at
      }
      kind = packet[offset]
      offset &+= length
    }
    return destination
  }

  /// Where the final destination is in an IPv4 header with options (RFC 791 §3.1): in a source route that
  /// is not used up, or else where it always is.
  private static func ipv4Destination(_ header: Bytes) -> Int {
    var at = 20
    while at &+ 1 < header.count {
      switch header[at] {
      case 0: return 16  // End of the options.
      case 1: at &+= 1  // No operation.
      case 131, 137:  // Loose and strict source route: kind, length, pointer, addresses.
        let length = Int(header[at &+ 1])
        guard length >= 7, at &+ length <= header.count, header[at &+ 2] <= length else {
          return 16
        }
        return at &+ length &- 4
      default: at &+= max(Int(header[at &+ 1]), 2)
      }
    }
    return 16
  }

  /// Where the final destination is in a routing header with segments left, from that header's start; nil
  /// where it stands elsewhere, or where only the nodes on the way can tell.
  private static func ipv6Destination(_ routing: Bytes) -> Int? {
    guard routing[3] > 0, routing.count >= 24 else { return nil }
    switch routing[2] {
    // The last of the addresses (RFC 2460 §4.4, RFC 6275 §6.4).
    case 0, 2: return routing.count &- 16
    // The first: segments stand in reverse order (RFC 8754 §2).
    case 4: return 8
    default: return nil
    }
  }
}
