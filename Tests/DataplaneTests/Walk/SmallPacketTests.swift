import Testing

@testable import Dataplane

@Suite("Small packets")
struct SmallPacketTests {
  /// Packets of several kinds and of sizes from the smallest to the longest.
  static func mixture(_ count: Int, seed: UInt64, longest: Int = 1_400) -> [InnerPacket] {
    var random = SeededGenerator(seed)
    return (0..<count).map { _ in
      var packet = InnerPacket()
      packet.isIPv4 = random.oneIn(2)
      switch random.below(3) {
      case 0: packet.transport = .tcp(flags: InnerPacket.ack)
      case 1: packet.transport = .udp
      default: packet.transport = .other(packet.isIPv4 ? 1 : 58)
      }
      packet.checksum = random.oneIn(2) ? .partial : .complete
      packet.host = UInt8(1 + random.below(4))
      packet.identification = UInt16(truncatingIfNeeded: random.next())
      let room = longest - packet.headerLength
      packet.payload = random.bytes(random.oneIn(4) ? random.below(room + 1) : random.below(100))
      return packet
    }
  }

  @Test(
    "Packed, sent, unpacked: every packet, in the order of its flow",
    arguments: [1, 2, 3, 4, 5, 6],
    [577, 1_472, 8_972, 65_491])
  func roundTrip(seed: Int, limit: Int) throws {
    let here = try TunnelEnd(limit: limit)
    let there = try TunnelEnd(limit: limit)
    let longest = limit - DatagramHeader.size - Record.packetHeader
    let packets = Self.mixture(200, seed: UInt64(seed), longest: min(longest, 65_000))

    let trains = here.send(packets.map { $0.frame() })
    for train in trains { try train.check(limit: limit) }
    let writes = there.receive(trains)

    for write in writes { try write.check() }
    #expect(
      try difference(
        byFlow(Segmenter.meanings(of: writes)),
        byFlow(Segmenter.meanings(of: packets.map { DeviceRecord(bytes: $0.frame()) }))) == nil)
    #expect(here.isIdle && there.isIdle && here.drops.isEmpty && there.drops.isEmpty)
    #expect(there[.packetsIn] == 200)
    #expect(here[.bytesOut] == packets.reduce(0) { $0 + $1.bytes.count })
  }

  @Test("Small packets share datagrams")
  func packing() throws {
    let here = try TunnelEnd()
    var packet = InnerPacket()
    packet.payload = Payload.pattern(36)
    let trains = here.send(Array(repeating: packet.frame(), count: 100))
    // 68 bytes each with the record's header: 21 to a datagram.
    #expect(trains.flatMap(\.datagrams).count == 5)
    #expect(trains.count == 1)
  }

  @Test("The longest packet fits, one byte more is counted and dropped")
  func longest() throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    var packet = InnerPacket()
    packet.payload = Payload.pattern(TunnelEnd.limit - 16 - 4 - 28)
    #expect(
      difference(there.receive(here.send([packet.frame()])), [DeviceRecord(bytes: packet.frame())])
        == nil)
    packet.payload.append(0)
    #expect(here.send([packet.frame()]).isEmpty)
    #expect(here.drops == [.dropTooLong: 1])
  }

  @Test(
    "A train's slot holds every train, however sizes fall",
    arguments: [(4_659, 8_972), (32_733, 65_491), (21_000, 65_491), (1_000, 8_972)],
    [13, 14])
  func slotRoom(sizes: (packet: Int, limit: Int), count: Int) throws {
    // Packets of more than half a datagram, then small ones that fill the last datagram to its limit.
    var large = InnerPacket()
    let limit = sizes.limit
    large.payload = Payload.pattern(sizes.packet - 48)
    large.isIPv4 = false
    var small = InnerPacket()
    small.payload = Payload.pattern(50)
    let frames =
      Array(repeating: large.frame(), count: count) + Array(repeating: small.frame(), count: 1_000)
    let here = try TunnelEnd(limit: limit)
    let there = try TunnelEnd(limit: limit)
    let trains = here.send(frames)
    for train in trains { try train.check(limit: limit) }
    #expect(
      try difference(
        byFlow(Segmenter.meanings(of: there.receive(trains))),
        byFlow(Segmenter.meanings(of: frames.map(DeviceRecord.init)))) == nil)
  }

  @Test("With trains of one datagram all arrives too")
  func singles() throws {
    let here = try TunnelEnd(trainLimit: 1)
    let there = try TunnelEnd()
    let packets = Self.mixture(100, seed: 9)
    let trains = here.send(packets.map { $0.frame() })
    for train in trains { try train.check(limit: TunnelEnd.limit, trainLimit: 1) }
    #expect(
      try difference(
        byFlow(Segmenter.meanings(of: there.receive(trains))),
        byFlow(Segmenter.meanings(of: packets.map { DeviceRecord(bytes: $0.frame()) }))) == nil)
  }

  @Test("A checksum that the peer could not complete is completed here")
  func completed() throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    // ICMPv6 with a partial checksum: the kernel asks for it, the record has no flag for it.
    var packet = InnerPacket()
    packet.isIPv4 = false
    packet.transport = .other(58)
    packet.payload = [128, 0, 0, 0, 0, 7, 0, 1] + Payload.pattern(33)
    let addresses = packet.bytes[8..<40]
    let pseudo = ReferenceChecksum.pseudoHeader(
      addresses: addresses, transport: 58, length: packet.payload.count)
    let right = ~ReferenceChecksum.fold(pseudo + ReferenceChecksum.sum(packet.payload))
    packet.payload.put(big16: ReferenceChecksum.fold(pseudo), 2)
    var frame = packet.frame()
    frame[0] = 1
    frame.put(little16: 40, 6)
    frame.put(little16: 2, 8)

    let writes = there.receive(here.send([frame]))

    packet.payload.put(big16: right, 2)
    packet.checksum = .complete
    #expect(difference(writes, [DeviceRecord(bytes: packet.frame())]) == nil)
  }

  @Test("Fragments travel as they are", arguments: [true, false])
  func fragments(isIPv4: Bool) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    packet.checksum = .complete
    packet.payload = Payload.pattern(800)
    if !isIPv4 { packet.extensions = [(kind: 44, bytes: [0, 0, 0, 1, 0, 0, 0, 9])] }
    var frame = packet.frame()
    if isIPv4 { frame.put(big16: 0x2000, 10 + 6) }
    let frames = [frame, frame, frame]
    #expect(difference(there.receive(here.send(frames)), frames.map(DeviceRecord.init)) == nil)
  }
}
