/// One write to the device, flattened: the virtio header, then the packet.
struct DeviceRecord: Equatable {
  let bytes: [UInt8]

  var flags: UInt8 { bytes[0] }
  /// The GSO type without the ECN bit.
  var gsoType: UInt8 { bytes[1] & 0x7f }
  var hasECN: Bool { bytes[1] & 0x80 != 0 }
  var headerLength: Int { bytes.little16(2) }
  var gsoSize: Int { bytes.little16(4) }
  var checksumStart: Int { bytes.little16(6) }
  var checksumOffset: Int { bytes.little16(8) }
  var needsChecksum: Bool { flags == 1 }
  var packet: [UInt8] { Array(bytes.dropFirst(10)) }

  /// Packets that the kernel makes of it.
  var segments: Int {
    gsoType == 0 || gsoSize == 0
      ? 1 : (bytes.count - 10 - headerLength + gsoSize - 1) / gsoSize
  }

  /// What holds for every write, whatever a peer sent: the kernel is told nothing that is not so.
  func check(udpSegments: Int = 64) throws(Problem) {
    try require(bytes.count >= 30, "a write of \(bytes.count) bytes holds no packet")
    let version = bytes[10] >> 4
    try require(version == 4 || version == 6, "IP version \(version)")
    try require(version == 4 || bytes.count >= 50, "an IPv6 header cut short")
    let count = bytes.count - 10
    let stated = version == 4 ? Int(bytes.big16(12)) : Int(bytes.big16(14)) + 40
    try require(stated == count, "the packet says \(stated) bytes, \(count) are written")
    try require(flags == 0 || flags == 1, "virtio flags \(flags)")
    if needsChecksum {
      try require(checksumStart + checksumOffset + 2 <= count, "checksum field outside the packet")
      try require(checksumStart >= (version == 4 ? 20 : 40), "checksum inside the IP header")
      try require([6, 16].contains(checksumOffset), "checksum at \(checksumOffset)")
    } else {
      try require(bytes[1...9].allSatisfy { $0 == 0 }, "a plain packet with a virtio header")
    }
    guard gsoType != 0 else { return try require(!hasECN, "the ECN bit on no super-packet") }
    try require(needsChecksum, "segments without a partial checksum")
    try checkSegments(version, count, udpSegments)
  }

  private func checkSegments(_ version: UInt8, _ count: Int, _ udpSegments: Int) throws(Problem) {
    let transport = 10 + checksumStart
    switch gsoType {
    case 1: try require(version == 4 && checksumOffset == 16, "TCPv4 segments of another packet")
    case 4: try require(version == 6 && checksumOffset == 16, "TCPv6 segments of another packet")
    case 5: try require(checksumOffset == 6 && !hasECN, "UDP segments of another packet")
    default: throw Problem("GSO type \(gsoType)")
    }
    let length = gsoType == 5 ? 8 : Int(bytes[transport + 12] >> 4) * 4
    try require(headerLength == checksumStart + length, "hdr_len \(headerLength) lies")
    try require(headerLength <= count, "hdr_len \(headerLength) of \(count) bytes")
    try require(gsoSize > 0 && count - headerLength > gsoSize, "one segment as a super-packet")
    if gsoType == 5 {
      try require(segments <= udpSegments, "\(segments) UDP segments in one write")
      try require(
        Int(bytes.big16(transport + 4)) == count - checksumStart, "the UDP length lies")
    } else {
      let isCongestionReduced = bytes[transport + 13] & 0x80 != 0
      try require(hasECN == isCongestionReduced, "the ECN bit differs from CWR")
    }
    if version == 4 {
      let header = bytes[10..<(10 + Int(bytes[10] & 15) * 4)]
      try require(
        ReferenceChecksum.fold(ReferenceChecksum.sum(header)) == 0xffff,
        "a wrong IPv4 header checksum")
    }
  }
}
