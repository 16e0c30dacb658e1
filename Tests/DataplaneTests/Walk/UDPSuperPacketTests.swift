import Testing

@testable import Dataplane

/// A UDP super-packet (USO) of the device.
struct UDPCase: CustomTestStringConvertible, Sendable {
  var isIPv4 = true
  var payload: Int
  var gsoSize: Int

  var testDescription: String { "\(isIPv4 ? "IPv4" : "IPv6") \(payload) bytes by \(gsoSize)" }

  var frame: [UInt8] {
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    packet.payload = Payload.pattern(payload)
    return packet.frame(gsoSize: gsoSize)
  }

  static let table = [
    UDPCase(payload: 60_000, gsoSize: 1_400),
    UDPCase(payload: 5_601, gsoSize: 1_400),
    UDPCase(isIPv4: false, payload: 40_000, gsoSize: 1_200),
    UDPCase(payload: 64 * 100, gsoSize: 100),
    UDPCase(isIPv4: false, payload: 64 * 18, gsoSize: 18),
    UDPCase(payload: 63 * 700 + 1, gsoSize: 700),
    UDPCase(payload: 64, gsoSize: 1),
    UDPCase(payload: 3, gsoSize: 2),
  ]
}

@Suite("UDP super-packets")
struct UDPSuperPacketTests {
  @Test("A train that arrives whole is written as it was read", arguments: UDPCase.table)
  func whole(_ test: UDPCase) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    let trains = here.send([test.frame])
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    #expect(difference(there.receive(trains), [DeviceRecord(bytes: test.frame)]) == nil)
    #expect(here.isIdle && there.isIdle)
    #expect(there[.packetsIn] == here[.packetsOut])
  }

  @Test("Each datagram alone gives whole UDP packets", arguments: UDPCase.table)
  func apart(_ test: UDPCase) throws {
    let here = try TunnelEnd()
    let expected = try Segmenter.packets(of: [DeviceRecord(bytes: test.frame)])
    var arrived: [[UInt8]] = []
    for datagram in here.send([test.frame]).flatMap(\.datagrams) {
      let alone = try TunnelEnd()
      let writes = alone.receive(datagrams: [datagram])
      for write in writes { try write.check() }
      arrived += try Segmenter.packets(of: writes)
    }
    #expect(difference(arrived, expected) == nil)
  }

  @Test(
    "No write stands for more segments than the device takes", arguments: UDPCase.table,
    [1, 2, 7, 63])
  func segmentLimit(_ test: UDPCase, udpSegments: Int) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd(udpSegments: udpSegments)
    // Datagram by datagram: more writes than the lane has slots would be the kernel's to take.
    var arrived: [[UInt8]] = []
    for train in here.send([test.frame]) {
      there.receive(train.bytes, segment: train.segment)
      let writes = there.takeWrites()
      for write in writes { try write.check(udpSegments: udpSegments) }
      arrived += try Segmenter.packets(of: writes)
    }
    for write in there.endTurn() {
      try write.check(udpSegments: udpSegments)
      arrived += try Segmenter.packets(of: write)
    }
    #expect(
      try difference(arrived, Segmenter.packets(of: [DeviceRecord(bytes: test.frame)])) == nil)
    #expect(there.drops.isEmpty)
  }

  @Test("A UDP segment longer than a datagram is dropped, each on the counter")
  func tooLong() throws {
    let here = try TunnelEnd()
    #expect(here.send([UDPCase(payload: 9_000, gsoSize: 3_000).frame]).isEmpty)
    #expect(here.drops == [.dropTooLong: 3])
    #expect(here[.packetsOut] == 3)
    #expect(here.isIdle)
  }
}
