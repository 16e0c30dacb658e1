import Testing

@testable import Dataplane

@Suite("The virtio header")
struct VirtioHeaderTests {
  @Test("What the device gave is read field by field")
  func read() {
    withBytes([1, 0x81, 0xff, 0xff, 0x70, 0x05, 20, 0, 16, 0]) {
      let header = VirtioHeader($0)
      #expect(header.needsChecksum)
      #expect(header.gsoType == 1)  // Without the ECN bit.
      #expect(header.gsoSize == 1_392)
      #expect(header.checksumStart == 20)
      #expect(header.checksumOffset == 16)
    }
    withBytes([2, 5, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) {
      let header = VirtioHeader($0)
      #expect(!header.needsChecksum)  // DATA_VALID is no request.
      #expect(header.gsoType == 5)
      #expect(header.gsoSize == 65_535)
      #expect(header.checksumStart == 65_535)
      #expect(header.checksumOffset == 65_535)
    }
  }

  @Test("A plain packet's header is all zero")
  func plain() {
    withBytes([UInt8](repeating: 0xaa, count: 10)) {
      VirtioHeader.writePlain($0)
      #expect($0.copied() == [UInt8](repeating: 0, count: 10))
    }
  }

  @Test("A header written is the one that the device would give", arguments: [true, false])
  func written(isIPv4: Bool) throws {
    for (transport, type) in [
      (InnerPacket.Transport.tcp(flags: 0), UInt8(isIPv4 ? 1 : 4)), (.udp, 5),
    ] {
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      packet.transport = transport
      packet.payload = Payload.pattern(3_000)
      let headers = try withBytes(packet.bytes) { try #require(InnerHeaders.parse($0)) }
      withBytes([UInt8](repeating: 0xaa, count: 10)) {
        VirtioHeader.write($0, headers, gsoType: type, gsoSize: 1_392)
        #expect($0.copied() == Array(packet.frame(gsoSize: 1_392).prefix(10)))
        VirtioHeader.write($0, headers, gsoType: 0, gsoSize: 0)
        #expect($0.copied() == Array(packet.frame().prefix(10)))
      }
    }
  }
}
