import Testing

@testable import Dataplane

@Suite("The Internet checksum")
struct ChecksumTests {
  /// The folded sum in the byte order of the wire.
  func folded(_ bytes: [UInt8]) -> UInt16 {
    withBytes(bytes) { Checksum.fold(Checksum.sum($0)).bigEndian }
  }

  @Test(
    "Known sums",
    arguments: [
      // RFC 1071 §3.
      ([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7], 0xddf2),
      ([], 0), ([0xff], 0xff00), ([0x12, 0x34, 0x56], 0x6834), ([0xff, 0xff], 0xffff),
      ([0xff, 0xff, 0x00, 0x01], 0x0001),
      // The header of RFC 1071's usual worked example, checksum field 0: ~0xb861 is its checksum.
      (
        [
          0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7,
        ], 0x479e
      ),
    ] as [([UInt8], UInt16)])
  func known(_ bytes: [UInt8], _ sum: UInt16) {
    #expect(folded(bytes) == sum)
  }

  @Test("Every length and content agrees with the plain way")
  func reference() {
    var random = SeededGenerator(11)
    for length in 0..<300 {
      let bytes = random.oneIn(4) ? [UInt8](repeating: 0xff, count: length) : random.bytes(length)
      #expect(folded(bytes) == ReferenceChecksum.fold(ReferenceChecksum.sum(bytes)), "\(length)")
    }
    let long = [UInt8](repeating: 0xff, count: 65_535)
    #expect(folded(long) == ReferenceChecksum.fold(ReferenceChecksum.sum(long)))
  }

  @Test(
    "Folding carries to the end",
    arguments: [
      0, 1, 0xffff, 0x1_0000, 0x1_ffff, 0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_ffff,
      0xffff_fffe_ffff, 0xffff_ffff_0001, 0x7fff_ffff_ffff_ffff, .max,
    ] as [UInt64])
  func fold(_ sum: UInt64) {
    // 2^16 is 1 modulo 65,535, and nothing but 0 folds to 0.
    let remainder = UInt16(sum % 0xffff)
    #expect(Checksum.fold(sum) == (sum == 0 ? 0 : remainder == 0 ? 0xffff : remainder))
  }

  @Test("The pseudo-header covers addresses, protocol and length", arguments: [true, false])
  func pseudoHeader(isIPv4: Bool) throws {
    for length in [8, 9, 1_000, 65_515] {
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      try withBytes(packet.bytes) { bytes in
        let headers = try #require(InnerHeaders.parse(bytes))
        let sum = Checksum.fold(Checksum.pseudoHeader(bytes, headers, length: length)).bigEndian
        let expected = ReferenceChecksum.pseudoHeader(
          addresses: isIPv4 ? bytes.slice(12, 8).copied() : bytes.slice(8, 32).copied(),
          transport: 17,
          length: length)
        #expect(sum == ReferenceChecksum.fold(expected))
      }
    }
  }

  @Test("An IPv4 header's checksum is made right, with options and whatever was there")
  func fillIPv4() {
    for options in stride(from: 0, through: 40, by: 4) {
      var packet = InnerPacket()
      packet.options = [UInt8](repeating: 1, count: options)
      let right = packet.bytes
      var wrong = right
      wrong.put(big16: 0xabcd, 10)
      withBytes(wrong) {
        Checksum.fillIPv4($0, headerLength: 20 + options)
        #expect($0.copied() == right)
      }
    }
  }

  @Test("A partial checksum is completed to the right one", arguments: [0, 1, 2, 7, 8, 1_001])
  func complete(_ payload: Int) {
    for isIPv4 in [true, false] {
      for transport in [InnerPacket.Transport.udp, .tcp(flags: InnerPacket.ack)] {
        var packet = InnerPacket()
        packet.isIPv4 = isIPv4
        packet.transport = transport
        packet.payload = Payload.pattern(payload)
        var complete = packet
        complete.checksum = .complete
        withBytes(packet.bytes) {
          let isUDP = transport == .udp
          #expect(
            Checksum.complete(
              $0, start: packet.networkLength, offset: isUDP ? 6 : 16, isUDP: isUDP))
          #expect($0.copied() == complete.bytes)
        }
      }
    }
  }

  @Test("A UDP checksum that comes out as 0 is written as 0xffff")
  func zeroUDP() {
    // A field of 0xffff over zeroes sums to 0xffff, whose complement is 0.
    let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0xff, 0xff]
    withBytes(bytes) {
      #expect(Checksum.complete($0, start: 0, offset: 6, isUDP: true))
      #expect($0.u16(6) == 0xffff)
    }
    withBytes(bytes) {
      #expect(Checksum.complete($0, start: 0, offset: 6, isUDP: false))
      #expect($0.u16(6) == 0)
    }
  }

  @Test(
    "A field outside the packet is refused, and nothing written",
    arguments: [(0, 7), (7, 0), (8, 0), (65_535, 65_535), (100, 0), (6, 2)])
  func outside(_ start: Int, _ offset: Int) {
    let bytes = Payload.pattern(8)
    withBytes(bytes) {
      #expect(!Checksum.complete($0, start: start, offset: offset, isUDP: true))
      #expect($0.copied() == bytes)
    }
  }

  @Test("A UDP checksum is right, wrong, or not there", arguments: [true, false])
  func verifyUDP(isIPv4: Bool) throws {
    for payload in [0, 1, 2, 33, 1_400] {
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      packet.payload = Payload.pattern(payload)
      for (state, isRight) in [
        (InnerPacket.ChecksumState.complete, true), (.wrong, false), (.zero, false),
      ] {
        packet.checksum = state
        try withBytes(packet.bytes) {
          let headers = try #require(InnerHeaders.parse($0))
          #expect(Checksum.verifyUDP($0, headers) == isRight)
        }
      }
      // Any byte of the payload counts.
      packet.checksum = .complete
      var bytes = packet.bytes
      guard payload > 0 else { continue }
      bytes[bytes.count - 1] ^= 0x40
      try withBytes(bytes) {
        let headers = try #require(InnerHeaders.parse($0))
        #expect(!Checksum.verifyUDP($0, headers))
      }
    }
  }
}
