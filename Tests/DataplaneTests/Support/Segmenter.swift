/// The packets that a kernel makes of what stands before a virtio header: the oracle of the walk.
///
/// Segments, with complete checksums, as RFC 791, 8200, 768 and 9293 and the kernel's inet_gso_segment,
/// tcp_gso_segment and __udp_gso_segment have them.
enum Segmenter {
  /// - Throws: where the partial checksum is not the pseudo-header's sum.
  static func packets(of record: DeviceRecord) throws(Problem) -> [[UInt8]] {
    guard record.needsChecksum else { return [record.packet] }
    let packet = record.packet
    let start = record.checksumStart
    let isTCP = record.checksumOffset == 16
    let headers = start + (isTCP ? Int(packet[start + 12] >> 4) * 4 : 8)
    let field = packet.big16(start + record.checksumOffset)
    let pseudo = ReferenceChecksum.fold(pseudoHeader(packet, isTCP, length: packet.count - start))
    try require(field == pseudo, "the partial checksum is \(field), not \(pseudo)")

    let payload = Array(packet[headers...])
    let size = record.gsoType == 0 ? max(payload.count, 1) : record.gsoSize
    var result: [[UInt8]] = []
    var offset = 0
    repeat {
      let end = min(offset + size, payload.count)
      var segment = Array(packet[..<headers]) + payload[offset..<end]
      if isTCP {
        segment.put(big32: packet.big32(start + 4) &+ UInt32(offset), start + 4)
        if end < payload.count { segment[start + 13] &= ~(0x01 | 0x08) }
        if offset > 0 { segment[start + 13] &= ~0x80 }
      } else {
        segment.put(big16: UInt16(segment.count - start), start + 4)
      }
      finish(&segment, index: UInt16(result.count), start, isTCP)
      result.append(segment)
      offset = end
    } while offset < payload.count
    return result
  }

  /// All packets of several writes, in order.
  static func packets(of records: [DeviceRecord]) throws(Problem) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for record in records { result += try packets(of: record) }
    return result
  }

  /// All packets of several writes, with the identification left out where it has no meaning: with DF
  /// (RFC 6864), and the checksum over it.
  static func meanings(of records: [DeviceRecord]) throws(Problem) -> [[UInt8]] {
    try packets(of: records).map { packet in
      guard packet[0] >> 4 == 4, packet[6] & 0x40 != 0 else { return packet }
      var packet = packet
      packet.put(big16: 0, 4)
      packet.put(big16: 0, 10)
      return packet
    }
  }

  private static func finish(_ segment: inout [UInt8], index: UInt16, _ start: Int, _ isTCP: Bool) {
    if segment[0] >> 4 == 4 {
      segment.put(big16: UInt16(segment.count), 2)
      segment.put(big16: segment.big16(4) &+ index, 4)
      segment.put(big16: 0, 10)
      let header = segment[..<(Int(segment[0] & 15) * 4)]
      segment.put(big16: ~ReferenceChecksum.fold(ReferenceChecksum.sum(header)), 10)
    } else {
      segment.put(big16: UInt16(segment.count - 40), 4)
    }
    let at = start + (isTCP ? 16 : 6)
    segment.put(big16: 0, at)
    let total =
      pseudoHeader(segment, isTCP, length: segment.count - start)
      + ReferenceChecksum.sum(segment[start...])
    var checksum = ~ReferenceChecksum.fold(total)
    if checksum == 0, !isTCP { checksum = 0xffff }
    segment.put(big16: checksum, at)
  }

  private static func pseudoHeader(_ packet: [UInt8], _ isTCP: Bool, length: Int) -> UInt64 {
    ReferenceChecksum.pseudoHeader(
      addresses: packet[0] >> 4 == 4
        ? packet[12..<16] + finalIPv4(packet) : packet[8..<24] + finalIPv6(packet),
      transport: isTCP ? 6 : 17, length: length)
  }

  /// Where an IPv4 packet's way ends: the last address of a source route, where it is the first option.
  private static func finalIPv4(_ packet: [UInt8]) -> ArraySlice<UInt8> {
    let isRouted = packet[0] & 15 > 5 && (packet[20] == 131 || packet[20] == 137)
    let end = isRouted && packet[22] < packet[21] ? 20 + Int(packet[21]) : 20
    return packet[end - 4..<end]
  }

  /// Where an IPv6 packet's way ends: the first segment of a segment routing header, where it is the first
  /// extension header.
  private static func finalIPv6(_ packet: [UInt8]) -> ArraySlice<UInt8> {
    let isRouted = packet[6] == 43 && packet[42] == 4 && packet[43] > 0
    return isRouted ? packet[48..<64] : packet[24..<40]
  }
}
