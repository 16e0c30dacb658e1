import Testing

@testable import Dataplane

@Suite("Flow hashes")
struct FlowTests {
  func hash(_ packet: InnerPacket) throws -> UInt32 {
    try withBytes(packet.bytes) { Flow.hash($0, try #require(InnerHeaders.parse($0))) }
  }

  @Test("Packets of one flow have one hash, whatever else differs", arguments: [true, false])
  func same(isIPv4: Bool) throws {
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    let first = try hash(packet)
    packet.payload = Payload.pattern(100)
    packet.identification = 1
    packet.hopLimit = 3
    packet.service = 5
    packet.checksum = .zero
    #expect(try hash(packet) == first)
    if isIPv4 { packet.options = [1, 1, 1, 1] }
    #expect(try hash(packet) == first)
  }

  @Test("Other addresses, ports or protocols are other flows", arguments: [true, false])
  func different(isIPv4: Bool) throws {
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    var hashes: Set<UInt32> = [try hash(packet)]
    for port in 1...200 {
      packet.sourcePort = UInt16(port)
      hashes.insert(try hash(packet))
    }
    for host in 2...50 {
      packet.host = UInt8(host)
      hashes.insert(try hash(packet))
    }
    packet.transport = .tcp(flags: 0)
    hashes.insert(try hash(packet))
    #expect(hashes.count == 251)
  }

  @Test("Ports that follow each other get places of their own", arguments: [true, false])
  func places(isIPv4: Bool) throws {
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    var places: Set<Int> = []
    for _ in 0..<16 {
      packet.sourcePort += 1
      places.insert(
        try withBytes(packet.bytes) {
          Flow.place($0, try #require(InnerHeaders.parse($0)), bits: 6)
        })
    }
    #expect(places.isSubset(of: 0..<64))
    // By chance some two would have to share.
    #expect(places.count >= 15)
  }
}
