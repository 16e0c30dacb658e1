import Testing

@testable import Handshake

@Suite struct HandshakeMessageTests {
  private static let messages = [
    HandshakeMessage.initiation(
      from: 0x0102_0304, [UInt8](repeating: 0xaa, count: 208),
      cookie: [UInt8](repeating: 0xcc, count: 16)),
    .response(to: 0x0506_0708, from: 9, [UInt8](repeating: 0xbb, count: 112)),
    .confirmation(to: 1, from: 2, [UInt8](repeating: 0xbb, count: 80)),
    .cookie(to: 3, [UInt8](repeating: 0xcc, count: 16)),
  ]

  @Test("A message is laid out as documented")
  func layout() {
    #expect(
      hex(Self.messages[0].encoded) == "01000100" + "00000000" + "04030201" + "00000000"
        + String(repeating: "aa", count: 208) + String(repeating: "cc", count: 16))
    #expect(
      hex(Self.messages[1].encoded) == "02000100" + "08070605" + "09000000" + "00000000"
        + String(repeating: "bb", count: 112))
    #expect(
      hex(Self.messages[3].encoded) == "06000100" + "03000000" + "00000000" + "00000000"
        + String(repeating: "cc", count: 16))
  }

  @Test("A message is read back; cut short or made longer it is refused", arguments: 0..<4)
  func lengths(which: Int) throws {
    let message = Self.messages[which]
    let datagram = message.encoded
    #expect(try HandshakeMessage(decoding: datagram) == message)
    for count in 0..<datagram.count {
      #expect(throws: Drop.malformed) {
        try HandshakeMessage(decoding: Array(datagram.prefix(count)))
      }
    }
    let longest = [0, 128 - 16, 128 - 16, 0][which]
    #expect(throws: Never.self) {
      try HandshakeMessage(decoding: datagram + [UInt8](repeating: 0, count: longest))
    }
    #expect(throws: Drop.malformed) {
      try HandshakeMessage(decoding: datagram + [UInt8](repeating: 0, count: longest + 1))
    }
  }

  @Test("A header that cannot be is refused", arguments: 0..<4)
  func header(which: Int) {
    let datagram = Self.messages[which].encoded
    for (offset, value, drop) in [
      (0, 0, Drop.malformed), (0, 4, .malformed), (0, 5, .malformed), (0, 255, .malformed),
      (1, 1, .malformed), (2, 0, .version), (2, 2, .version), (3, 1, .malformed),
      (12, 1, .malformed), (15, 1, .malformed),
    ] {
      var changed = datagram
      changed[offset] = UInt8(value)
      #expect(throws: drop) { try HandshakeMessage(decoding: changed) }
    }
    // An index that has to be there, or must not be.
    for offset in [4, 8] {
      var changed = datagram
      let isZero = datagram[offset..<offset + 4].allSatisfy { $0 == 0 }
      changed.replaceSubrange(offset..<offset + 4, with: [isZero ? 1 : 0, 0, 0, 0])
      #expect(throws: Drop.malformed) { try HandshakeMessage(decoding: changed) }
    }
  }

  @Test("No answer can be larger than its question")
  func sizes() {
    let initiation = HandshakeMessage.initiationSize
    #expect(HandshakeMessage.headerSize + 32 + 48 + Offer.maximumSize + 16 <= initiation)
    #expect(HandshakeMessage.headerSize + HandshakeMessage.cookieSize <= initiation)
  }
}
