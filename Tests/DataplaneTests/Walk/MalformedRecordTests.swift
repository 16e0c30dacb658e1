import Testing

@testable import Dataplane

@Suite("Records that lie")
struct MalformedRecordTests {
  static let header: [UInt8] = [5, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  /// Inner headers of a TCP packet: 20 and 32 bytes.
  static var tcpHeaders: [UInt8] {
    var packet = InnerPacket()
    packet.transport = .tcp(flags: InnerPacket.ack)
    return packet.bytes
  }
  static var udpHeaders: [UInt8] { InnerPacket().bytes }

  static func slice(
    kind: UInt8 = 2, headers: [UInt8], total: Int, offset: Int, gsoSize: Int, body: [UInt8],
    raw: Int? = nil
  ) -> [UInt8] {
    var record: [UInt8] = [kind, 1, UInt8(headers.count), 0, 0, 0, 0, 0, 0, 0, 0, 0]
    record.put(little16: total, 4)
    record.put(little16: offset, 6)
    record.put(little16: gsoSize, 8)
    record.put(little16: body.count, 10)
    if let raw { record += [UInt8(raw & 255), UInt8(raw >> 8)] }
    return record + headers + body
  }

  static func packet(_ bytes: [UInt8], flags: UInt8 = 0) -> [UInt8] {
    [1, flags, UInt8(bytes.count & 255), UInt8(bytes.count >> 8)] + bytes
  }

  static func block(kind: UInt8 = 3, _ block: [UInt8], raw: Int) -> [UInt8] {
    [kind, 0, UInt8(block.count & 255), UInt8(block.count >> 8), UInt8(raw & 255), UInt8(raw >> 8)]
      + block
  }

  /// A record and the counter that it must be on.
  static var table: [(name: String, record: [UInt8], counter: Counter)] {
    let body = Payload.pattern(100)
    var short = InnerPacket()
    short.payload = body
    let good = short.bytes
    var tooLong = good
    tooLong.put(big16: UInt16(good.count + 1), 2)
    return [
      ("an unknown kind", [6, 0, 1, 0, 9], .dropRecordKind),
      ("the last kind", [255, 0, 1, 0, 9], .dropRecordKind),
      ("a packet cut short", [1, 0, 100, 0, 9], .dropRecordLength),
      ("a packet of nothing", [1, 0, 0, 0], .dropRecordLength),
      ("half a header", [1, 0], .dropRecordLength),
      ("version 5", packet([0x55] + good.dropFirst()), .dropInnerHeaders),
      ("shorter than an IP header", packet(Array(good.prefix(19))), .dropInnerHeaders),
      ("an IP length that lies", packet(tooLong), .dropInnerHeaders),
      ("a packet cut behind its length", packet(Array(good.dropLast())), .dropInnerHeaders),
      ("a partial checksum of no transport", packet(Array(icmp), flags: 1), .dropInnerHeaders),
      (
        "a slice past its total",
        slice(headers: tcpHeaders, total: 150, offset: 51, gsoSize: 50, body: body),
        .dropSliceBounds
      ),
      (
        "no segment size",
        slice(headers: tcpHeaders, total: 100, offset: 0, gsoSize: 0, body: body),
        .dropSliceBounds
      ),
      (
        "longer than an IP packet",
        slice(headers: tcpHeaders, total: 65_500, offset: 0, gsoSize: 50, body: body),
        .dropSliceBounds
      ),
      (
        "headers that are none",
        slice(
          headers: [UInt8](repeating: 9, count: 40), total: 100, offset: 0, gsoSize: 50, body: body),
        .dropInnerHeaders
      ),
      (
        "headers and some",
        slice(headers: tcpHeaders + [0], total: 100, offset: 0, gsoSize: 50, body: body),
        .dropInnerHeaders
      ),
      (
        "headers cut short",
        slice(
          headers: Array(tcpHeaders.dropLast()), total: 100, offset: 0, gsoSize: 50, body: body),
        .dropInnerHeaders
      ),
      (
        "a slice of ICMP", slice(headers: icmp, total: 100, offset: 0, gsoSize: 50, body: body),
        .dropInnerHeaders
      ),
      (
        "a UDP packet cut inside",
        slice(headers: udpHeaders, total: 200, offset: 0, gsoSize: 60, body: body), .dropSliceBounds
      ),
      (
        "a UDP packet from its middle",
        slice(headers: udpHeaders, total: 200, offset: 100, gsoSize: 60, body: body),
        .dropSliceBounds
      ),
      ("garbage for a block", block([0xff, 0xff, 0xff, 0xff], raw: 1_000), .dropLZ4),
      ("a block that gives less than stated", block([0x10, 0x41], raw: 100), .dropLZ4),
      // One literal, then a match of 65,000 bytes: a bomb for its stated 40 bytes.
      (
        "a block that gives more than stated",
        block(
          [0x1f, 0x41, 1, 0] + [UInt8](repeating: 255, count: 254) + [9, 0x10, 0x41], raw: 40),
        .dropLZ4
      ),
      ("a block of a packet that is none", block([0x10, 0x41], raw: 1), .dropInnerHeaders),
      (
        "a block of a slice that is garbage",
        slice(
          kind: 4, headers: tcpHeaders, total: 5_000, offset: 0, gsoSize: 50,
          body: [0xff, 0xff, 0xff], raw: 4_000), .dropLZ4
      ),
      (
        "a block of a slice past its total",
        slice(
          kind: 4, headers: tcpHeaders, total: 100, offset: 0, gsoSize: 50, body: [0x10, 0x41],
          raw: 101), .dropSliceBounds
      ),
      (
        "a block of no bytes",
        slice(
          kind: 4, headers: tcpHeaders, total: 100, offset: 0, gsoSize: 50, body: [0], raw: 0),
        .dropSliceBounds
      ),
      ("a control record cut short", [5, 1, 4, 0, 1], .dropRecordLength),
    ]
  }

  private static var icmp: [UInt8] {
    var packet = InnerPacket()
    packet.transport = .other(1)
    packet.payload = [8, 0, 0, 0, 0, 0, 0, 0]
    return packet.bytes
  }

  @Test("Dropped on its own counter, nothing written", arguments: table.indices)
  func dropped(_ index: Int) throws {
    let test = Self.table[index]
    let there = try TunnelEnd()
    #expect(there.receive(datagrams: [Self.header + test.record]).isEmpty, "\(test.name)")
    #expect(there.drops == [test.counter: 1], "\(test.name)")
    #expect(there[.datagramsReceived] == 1)
    #expect(there.isIdle)
  }

  @Test("What precedes a malformed record is delivered", arguments: table.indices)
  func deliveredBefore(_ index: Int) throws {
    let test = Self.table[index]
    let there = try TunnelEnd()
    var packet = InnerPacket()
    packet.payload = Payload.pattern(60)
    let datagram = Self.header + Self.packet(packet.bytes, flags: 1) + test.record
    #expect(
      difference(there.receive(datagrams: [datagram]), [DeviceRecord(bytes: packet.frame())])
        == nil, "\(test.name)")
    #expect(there.drops == [test.counter: 1], "\(test.name)")
  }

  @Test("A good datagram cut at any byte writes whole packets or nothing")
  func truncated() throws {
    let here = try TunnelEnd()
    let packets = SmallPacketTests.mixture(12, seed: 3, longest: 200)
    let large = TCPCase(payload: 3_000, gsoSize: 1_392)
    let small = here.send(packets.map { $0.frame() }).flatMap(\.datagrams)
    let slices = here.send([large.frame]).flatMap(\.datagrams)
    let expected = try Segmenter.packets(of: packets.map { DeviceRecord(bytes: $0.frame()) })
    for datagram in small + slices {
      for length in 0..<datagram.count {
        let there = try TunnelEnd()
        let writes = there.receive(datagrams: [Array(datagram.prefix(length))])
        for write in writes { try write.check() }
        let areAll = try Segmenter.packets(of: writes).allSatisfy(expected.contains)
        #expect(areAll)
        #expect(there.isIdle)
      }
    }
  }

  @Test("The rest of a datagram after a pad record is not looked at")
  func pad() throws {
    let there = try TunnelEnd()
    #expect(there.receive(datagrams: [Self.header + [0, 1, 2, 3, 255]]).isEmpty)
    #expect(there.drops.isEmpty)
  }
}
