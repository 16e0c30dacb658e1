import Testing

@testable import Dataplane

/// A TCP super-packet of the device, in all the shapes that the kernel makes.
struct TCPCase: CustomTestStringConvertible, Sendable {
  var isIPv4 = true
  var payload: Int
  var gsoSize: Int
  var flags = InnerPacket.ack | InnerPacket.psh
  var options = 0
  /// Its way goes by another address than the one where it ends.
  var isRouted = false
  var limit = TunnelEnd.limit

  var testDescription: String {
    "\(isIPv4 ? "IPv4" : "IPv6") \(payload) bytes by \(gsoSize), flags \(flags), limit \(limit)"
      + (isRouted ? ", routed" : "")
  }

  var packet: InnerPacket {
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    packet.transport = .tcp(flags: flags)
    packet.payload = Payload.pattern(payload)
    packet.options = [UInt8](repeating: 1, count: options)
    if isRouted {
      let end = [UInt8](200..<(isIPv4 ? 204 : 216))
      packet.finalDestination = end
      packet.options = isIPv4 ? [131, 7, 4] + end + [0] : []
      packet.extensions = isIPv4 ? [] : [(43, [0, 2, 4, 1, 0, 0, 0, 0] + end)]
    }
    return packet
  }

  var frame: [UInt8] { packet.frame(gsoSize: gsoSize) }

  /// Where what was written differs from what was read: in a byte, where one train held all of it, and else
  /// in its segments.
  func difference(from writes: [DeviceRecord]) throws(Problem) -> String? {
    let read = [DeviceRecord(bytes: frame)]
    return writes.count == 1
      ? DataplaneTests.difference(writes, read)
      : DataplaneTests.difference(
        try Segmenter.packets(of: writes), try Segmenter.packets(of: read))
  }

  static let table: [TCPCase] = [
    TCPCase(payload: 2_784, gsoSize: 1_392),
    TCPCase(payload: 2_785, gsoSize: 1_392),
    TCPCase(isIPv4: false, payload: 60_000, gsoSize: 1_372),
    TCPCase(payload: 60_000, gsoSize: 1_392),
    TCPCase(payload: 65_400, gsoSize: 1_392),
    TCPCase(isIPv4: false, payload: 65_000, gsoSize: 1_372),
    TCPCase(payload: 10_000, gsoSize: 536),
    TCPCase(isIPv4: false, payload: 10_000, gsoSize: 100),
    TCPCase(payload: 3_000, gsoSize: 1),
    TCPCase(payload: 20_000, gsoSize: 1_300, flags: 0x11 | InnerPacket.psh),
    TCPCase(payload: 20_000, gsoSize: 1_300, flags: 0x18 | InnerPacket.cwr),
    TCPCase(isIPv4: false, payload: 20_000, gsoSize: 1_300, flags: 0x19 | InnerPacket.cwr),
    TCPCase(payload: 20_000, gsoSize: 1_300, flags: 0x50),
    TCPCase(payload: 20_000, gsoSize: 1_300, options: 40),
    TCPCase(payload: 20_000, gsoSize: 1_300, isRouted: true),
    TCPCase(isIPv4: false, payload: 20_000, gsoSize: 1_300, isRouted: true),
    TCPCase(payload: 60_000, gsoSize: 8_892, limit: 8_972),
    TCPCase(payload: 60_000, gsoSize: 1_392, limit: 8_972),
    TCPCase(payload: 60_000, gsoSize: 1_392, limit: 65_491),
    TCPCase(isIPv4: false, payload: 20_000, gsoSize: 477, limit: 577),
  ]
}

@Suite("TCP super-packets")
struct TCPSuperPacketTests {
  @Test(
    "A train that arrives whole is written whole, and super-packets that fit a train as they were read",
    arguments: TCPCase.table)
  func whole(_ test: TCPCase) throws {
    let here = try TunnelEnd(limit: test.limit)
    let there = try TunnelEnd(limit: test.limit)
    let trains = here.send([test.frame])
    for train in trains { try train.check(limit: test.limit) }

    let writes = there.receive(trains)

    #expect(try test.difference(from: writes) == nil)
    #expect(writes.count == trains.count)
    for write in writes { try write.check() }
    #expect(here.isIdle && there.isIdle)
    #expect(here.drops.isEmpty && there.drops.isEmpty)
    #expect(there[.datagramsReceived] == here[.datagramsSent])
    #expect(there[.packetsIn] == here[.packetsOut])
  }

  @Test("Datagrams that arrive one by one, in one turn, are joined too", arguments: TCPCase.table)
  func apart(_ test: TCPCase) throws {
    let here = try TunnelEnd(limit: test.limit)
    let there = try TunnelEnd(limit: test.limit)
    let datagrams = here.send([test.frame]).flatMap(\.datagrams)

    let writes = there.receive(datagrams: datagrams)

    for write in writes { try write.check() }
    #expect(
      try difference(
        Segmenter.packets(of: writes), Segmenter.packets(of: [DeviceRecord(bytes: test.frame)]))
        == nil)
    // A write reads from a few receive buffers at most.
    #expect(writes.count <= datagrams.count / DeviceWrite.maximumBuffers + 1)
    #expect(there.isIdle)
  }

  @Test(
    "Whatever is lost, what arrives is the segments that it was", arguments: TCPCase.table,
    [UInt64(1), 2, 3])
  func losses(_ test: TCPCase, seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let here = try TunnelEnd(limit: test.limit)
    let there = try TunnelEnd(limit: test.limit)
    let expected = try Segmenter.packets(of: [DeviceRecord(bytes: test.frame)])
    var survivors: [[UInt8]] = []
    var arriving: [[UInt8]] = []
    // One turn gets every datagram's segments alone, so that each datagram's share is known.
    for datagram in here.send([test.frame]).flatMap(\.datagrams) where !random.oneIn(4) {
      let alone = try TunnelEnd(limit: test.limit)
      let writes = alone.receive(datagrams: [datagram])
      for write in writes { try write.check() }
      survivors += try Segmenter.packets(of: writes)
      arriving.append(datagram)
    }
    let areAll = survivors.allSatisfy(expected.contains)
    #expect(areAll)

    let writes = there.receive(datagrams: arriving)

    for write in writes { try write.check() }
    #expect(try difference(Segmenter.packets(of: writes), survivors) == nil)
    #expect(there[.datagramsReceived] == arriving.count)
    #expect(there.isIdle)
  }

  @Test("Reordered and duplicated datagrams give every segment once", arguments: TCPCase.table)
  func reordered(_ test: TCPCase) throws {
    var random = SeededGenerator(5)
    let here = try TunnelEnd(limit: test.limit)
    let there = try TunnelEnd(limit: test.limit)
    let datagrams = here.send([test.frame]).flatMap(\.datagrams)
    let shuffled = (datagrams + datagrams.prefix(datagrams.count / 2)).shuffled(using: &random)

    let writes = there.receive(datagrams: shuffled)

    for write in writes { try write.check() }
    let expected = try Segmenter.packets(of: [DeviceRecord(bytes: test.frame)])
    let order = { (first: [UInt8], second: [UInt8]) in first.lexicographicallyPrecedes(second) }
    #expect(
      try difference(Segmenter.packets(of: writes).sorted(by: order), expected.sorted(by: order))
        == nil)
    #expect(there[.dropReplayed] == datagrams.count / 2)
    #expect(there[.datagramsReceived] == datagrams.count)
    #expect(there[.datagramsLost] == 0)
  }

  @Test("A segment longer than a datagram is cut inside, and no byte moves")
  func longSegments() throws {
    let test = TCPCase(payload: 30_000, gsoSize: 4_000)
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    let trains = here.send([test.frame])
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    #expect(difference(there.receive(trains), [DeviceRecord(bytes: test.frame)]) == nil)

    // Each datagram alone: its bytes at its place in the stream.
    var stream = [UInt8](repeating: 0, count: 30_000)
    for datagram in trains.flatMap(\.datagrams) {
      let alone = try TunnelEnd()
      for packet in try Segmenter.packets(of: alone.receive(datagrams: [datagram])) {
        let offset = Int(packet.big32(24) &- test.packet.sequence)
        let payload = packet[test.packet.headerLength...]
        stream.replaceSubrange(offset..<(offset + payload.count), with: payload)
      }
    }
    #expect(difference([stream], [test.packet.payload]) == nil)
  }

  @Test("Trains of one datagram, where the kernel has no UDP_SEGMENT")
  func singles() throws {
    let test = TCPCase(payload: 20_000, gsoSize: 1_392)
    let here = try TunnelEnd(trainLimit: 1)
    let there = try TunnelEnd()
    let trains = here.send([test.frame])
    for train in trains { try train.check(limit: TunnelEnd.limit, trainLimit: 1) }
    #expect(trains.count == 15)
    #expect(
      try difference(
        Segmenter.packets(of: there.receive(trains)),
        Segmenter.packets(of: [DeviceRecord(bytes: test.frame)])) == nil)
  }

  @Test("hdr_len is not believed", arguments: [0, 1, 40, 255, 65_535])
  func headerLengthLies(_ stated: Int) throws {
    let test = TCPCase(payload: 5_000, gsoSize: 1_392)
    var frame = test.frame
    frame.put(little16: stated, 2)
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    #expect(difference(there.receive(here.send([frame])), [DeviceRecord(bytes: test.frame)]) == nil)
  }

  @Test("Super-packets keep their order with the packets around them")
  func order() throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    var small = InnerPacket()
    small.transport = .tcp(flags: InnerPacket.ack)
    let big = TCPCase(payload: 9_000, gsoSize: 1_392).frame
    let frames = [small.frame(), big, small.frame(), big, big, small.frame()]
    let trains = here.send(frames)
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    #expect(difference(there.receive(trains), frames.map(DeviceRecord.init)) == nil)
  }
}
