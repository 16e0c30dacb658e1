import Testing

@testable import Dataplane

@Suite("Joining UDP packets")
struct CoalesceTests {
  /// Sends packets through a tunnel in one turn.
  func carry(_ packets: [InnerPacket], udpSegments: Int = 64) throws -> [DeviceRecord] {
    let here = try TunnelEnd()
    let there = try TunnelEnd(udpSegments: udpSegments)
    let frames = packets.map { $0.frame() }
    let writes = there.receive(here.send(frames))
    for write in writes { try write.check(udpSegments: udpSegments) }
    // Whatever is joined, the device's kernel makes the same packets of it.
    #expect(
      try difference(
        byFlow(Segmenter.packets(of: writes)),
        byFlow(Segmenter.packets(of: frames.map(DeviceRecord.init)))) == nil)
    #expect(there[.packetsIn] == packets.count)
    #expect(there[.deviceWrites] == writes.count)
    #expect(there.isIdle && there.drops.isEmpty)
    return writes
  }

  /// Packets of one flow that may be joined: equal sizes, identifications that count up.
  static func flow(
    _ count: Int, isIPv4: Bool = true, size: Int = 100,
    checksum: InnerPacket.ChecksumState = .partial
  ) -> [InnerPacket] {
    (0..<count).map { index in
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      packet.checksum = checksum
      packet.identification = 0xfffa &+ UInt16(index)
      packet.payload = Payload.pattern(size, seed: index)
      return packet
    }
  }

  @Test(
    "Equal packets of a flow become one write", arguments: [true, false],
    [InnerPacket.ChecksumState.partial, .complete])
  func joined(isIPv4: Bool, checksum: InnerPacket.ChecksumState) throws {
    let writes = try carry(Self.flow(30, isIPv4: isIPv4, checksum: checksum))
    #expect(writes.count == 1)
    #expect(writes.first?.gsoType == 5)
    #expect(writes.first?.gsoSize == 100)
  }

  /// So many flows, which take turns.
  static func flows(_ flows: Int, packets: Int) -> [InnerPacket] {
    flow(packets).flatMap { packet in
      (0..<flows).map { flow in
        var packet = packet
        packet.sourcePort += UInt16(flow)
        return packet
      }
    }
  }

  @Test("Flows that take turns become one write each", arguments: [2, 8])
  func interleaved(flows: Int) throws {
    #expect(try carry(Self.flows(flows, packets: 30)).count == flows)
  }

  @Test("More flows than there are places: all arrives, each flow in order")
  func manyFlows() throws {
    let flows = 3 << LaneMemory.flowBits
    #expect(try carry(Self.flows(flows, packets: 5)).count <= flows * 5)
  }

  @Test("TCP between them does not part the packets of a flow, and is written at once")
  func besideTCP() throws {
    var tcp = InnerPacket()
    tcp.transport = .tcp(flags: InnerPacket.ack)
    let writes = try carry(Self.flow(20).flatMap { [$0, tcp] })
    #expect(writes.count == 21)
    #expect(writes.last?.gsoSize == 100)
  }

  @Test("A fragment, which may be of any flow, passes none and is passed by none")
  func fragment() throws {
    var fragment = InnerPacket()
    fragment.checksum = .complete
    var frames = Self.flows(2, packets: 2).map { $0.frame() }
    frames.insert(fragment.frame(), at: 2)
    frames[2].put(big16: 0x2000, 10 + 6)
    let writes = try TunnelEnd().receive(TunnelEnd().send(frames))
    #expect(writes.count == 5)
    #expect(writes[2].bytes == frames[2])
    #expect(
      difference(
        byFlow(writes[..<2].map(\.packet)), byFlow(frames[..<2].map { Array($0.dropFirst(10)) }))
        == nil)
  }

  @Test("Packets and super-packets of one flow stay in order", arguments: [UInt64(1), 2, 3])
  func mixed(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let frames = (0..<120).map { index in
      var packet = InnerPacket()
      packet.sourcePort += UInt16(random.below(5))
      let segments = random.oneIn(4) ? 2 + random.below(8) : 1
      packet.payload = Payload.pattern(segments * 100, seed: index)
      return packet.frame(gsoSize: segments > 1 ? 100 : 0)
    }
    let there = try TunnelEnd()
    let writes = there.receive(try TunnelEnd().send(frames))
    for write in writes { try write.check() }
    #expect(
      try difference(
        byFlow(Segmenter.meanings(of: writes)),
        byFlow(Segmenter.meanings(of: frames.map(DeviceRecord.init)))) == nil)
    #expect(writes.count < frames.count && there.isIdle && there.drops.isEmpty)
  }

  @Test("A shorter packet is the last of its write, a longer one the first of the next")
  func sizes() throws {
    var packets = Self.flow(9)
    packets[3].payload.removeLast()
    packets[6].payload.append(1)
    #expect(try carry(packets).map { try Segmenter.packets(of: $0).count } == [4, 2, 2, 1])
  }

  @Test("No more segments than the device takes", arguments: [1, 2, 10, 64])
  func segmentLimit(_ limit: Int) throws {
    let counts = try carry(Self.flow(100), udpSegments: limit)
      .map { try Segmenter.packets(of: $0).count }
    #expect(counts.dropLast().allSatisfy { $0 == limit })
    #expect(counts.reduce(0, +) == 100)
  }

  @Test("No more bytes than an IP packet holds")
  func bytes() throws {
    let here = try TunnelEnd(limit: 8_972)
    let there = try TunnelEnd(limit: 8_972)
    let frames = Self.flow(12, size: 8_000).map { $0.frame() }
    let writes = there.receive(here.send(frames))
    for write in writes { try write.check() }
    #expect(writes.map(\.bytes.count) == [64_038, 32_038])
  }

  @Test("A joined write may span several receives")
  func acrossReceives() throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    let frames = Self.flow(40).map { $0.frame() }
    let datagrams = here.send(frames).flatMap(\.datagrams)
    #expect(datagrams.count > 1)
    #expect(there.receive(datagrams: datagrams).count == 1)
  }

  /// What makes two packets not one flow.
  static let differences: [(name: String, change: @Sendable (inout InnerPacket) -> Void)] = [
    ("source port", { $0.sourcePort += 1 }),
    ("destination port", { $0.destinationPort += 1 }),
    ("source address", { $0.host += 1 }),
    ("TTL", { $0.hopLimit -= 1 }),
    ("TOS", { $0.service = 3 }),
    ("DF", { $0.dontFragment = false }),
    ("an IPv4 option", { $0.options = [1, 1, 1, 1] }),
    ("no checksum", { $0.checksum = .zero }),
    ("a wrong checksum", { $0.checksum = .wrong }),
    ("no payload", { $0.payload = [] }),
    ("TCP", { $0.transport = .tcp(flags: InnerPacket.ack) }),
    ("the other family", { $0.isIPv4.toggle() }),
  ]

  @Test("Packets that differ are written apart", arguments: differences.indices)
  func apart(_ index: Int) throws {
    let difference = Self.differences[index]
    var packets = Self.flow(2, checksum: .complete)
    difference.change(&packets[1])
    #expect(try carry(packets).count == 2, "\(difference.name)")
    // And the other way round.
    #expect(try carry(packets.reversed()).count == 2, "\(difference.name), first")
  }

  @Test("IPv6 packets that differ are written apart")
  func apartIPv6() throws {
    for change in [
      { (packet: inout InnerPacket) in packet.flowLabel += 1 },
      { $0.service = 3 }, { $0.hopLimit -= 1 }, { $0.host += 1 },
      { $0.extensions = [(kind: 60, bytes: [0, 0, 1, 4, 0, 0, 0, 0])] },
    ] {
      var packets = Self.flow(2, isIPv4: false)
      change(&packets[1])
      #expect(try carry(packets).count == 2)
    }
  }

  @Test("Without DF the identifications must count up, with DF they mean nothing")
  func identifications() throws {
    var packets = Self.flow(4)
    for index in packets.indices { packets[index].dontFragment = false }
    #expect(try carry(packets).count == 1)
    packets[2].identification = 7
    #expect(try carry(packets).count == 3)

    let here = try TunnelEnd()
    let there = try TunnelEnd()
    var free = Self.flow(4)
    free[2].identification = 7
    #expect(there.receive(here.send(free.map { $0.frame() })).count == 1)
  }

  @Test("A packet with no checksum is never joined, and stays without")
  func noChecksum() throws {
    let writes = try carry(Self.flow(5, checksum: .zero))
    #expect(writes.count == 5)
    for write in writes { #expect(!write.needsChecksum && write.packet.big16(26) == 0) }
  }

  @Test("Packets with wrong checksums are handed on as they came, for the receiver to refuse")
  func wrongChecksum() throws {
    #expect(try carry(Self.flow(5, checksum: .wrong)).count == 5)
  }
}
