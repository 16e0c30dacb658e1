/// The Internet checksum (RFC 1071), as sums that are folded at the end.
///
/// The fast path computes checksums over headers only; payloads are summed where the kernel left a
/// checksum to complete that the peer could not complete itself, and before UDP packets are joined.
enum Checksum {
  /// The sum of `bytes` as big-endian 16-bit words in the machine's order, not folded.
  static func sum(_ bytes: Bytes) -> UInt64 {
    var total: UInt64 = 0
    var offset = 0
    let count = bytes.count
    while offset &+ 8 <= count {
      let word: UInt64 = bytes.load(offset)
      total &+= (word & 0xffff_ffff) &+ (word >> 32)
      offset &+= 8
    }
    while offset &+ 2 <= count {
      total &+= UInt64(bytes.load(offset, as: UInt16.self))
      offset &+= 2
    }
    if offset < count { total &+= UInt64(UInt16(bytes[offset]).littleEndian) }
    return total
  }

  /// Folds a sum to 16 bits, in the machine's order: store it with `Bytes.store`.
  static func fold(_ sum: UInt64) -> UInt16 {
    var folded = (sum & 0xffff_ffff) &+ (sum >> 32)
    folded = (folded & 0xffff) &+ (folded >> 16)
    folded = (folded & 0xffff) &+ (folded >> 16)
    folded = (folded & 0xffff) &+ (folded >> 16)
    return UInt16(truncatingIfNeeded: folded)
  }

  /// The pseudo-header of TCP and UDP (RFC 9293 §3.1, RFC 8200 §8.1), not folded.
  ///
  /// - Parameters:
  ///   - packet: an inner packet, from its IP header on.
  ///   - headers: where its headers are.
  ///   - length: bytes of transport header and payload that the checksum is to cover.
  static func pseudoHeader(_ packet: Bytes, _ headers: InnerHeaders, length: Int) -> UInt64 {
    let isPlain = headers.networkLength == (headers.isIPv4 ? 20 : 40)
    let addresses =
      isPlain
      ? sum(headers.isIPv4 ? packet.slice(12, 8) : packet.slice(8, 32))
      : SourceRoute.addresses(packet, headers)
    return addresses &+ UInt64(UInt16(headers.transport).bigEndian)
      &+ UInt64(UInt16(truncatingIfNeeded: length).bigEndian)
  }

  /// Writes the IPv4 header checksum of the header at the start of `packet`.
  static func fillIPv4(_ packet: Bytes, headerLength: Int) {
    packet.store(UInt16(0), 10)
    packet.store(~fold(sum(packet.slice(0, headerLength))), 10)
  }

  /// Completes a partial checksum as a network card would: sums from `start` to the end, where the
  /// field at `start + offset` holds the pseudo-header's sum (linux/virtio_net.h, NEEDS_CSUM).
  ///
  /// - Returns: false where the field is not inside the packet.
  static func complete(_ packet: Bytes, start: Int, offset: Int, isUDP: Bool) -> Bool {
    guard start &+ offset &+ 2 <= packet.count else { return false }
    var value = ~fold(sum(packet.dropFirst(start)))
    if value == 0 && isUDP { value = 0xffff }  // RFC 768: zero would mean "no checksum".
    packet.store(value, start &+ offset)
    return true
  }

  /// True where the packet's UDP checksum is there and right.
  static func verifyUDP(_ packet: Bytes, _ headers: InnerHeaders) -> Bool {
    guard packet.load(headers.networkLength &+ 6, as: UInt16.self) != 0 else { return false }
    let datagram = packet.dropFirst(headers.networkLength)
    return fold(pseudoHeader(packet, headers, length: datagram.count) &+ sum(datagram)) == 0xffff
  }
}
