import Testing

@testable import Dataplane

@Suite("Compression on the walk")
struct CompressionTests {
  enum Content: CaseIterable, Sendable {
    case text, random, zeroes, halfAndHalf

    func bytes(_ count: Int) -> [UInt8] {
      switch self {
      case .text: Payload.text(count)
      case .random: Payload.random(count)
      case .zeroes: [UInt8](repeating: 0, count: count)
      case .halfAndHalf: Payload.text(count / 2) + Payload.random(count - count / 2)
      }
    }
  }

  /// Carries frames with `--compress always`, checks the wire, and returns what was written.
  func carry(
    _ frames: [[UInt8]], limit: Int = TunnelEnd.limit
  ) throws -> (
    here: TunnelEnd, writes: [DeviceRecord]
  ) {
    let here = try TunnelEnd(limit: limit, compression: .always)
    let there = try TunnelEnd(limit: limit)
    let trains = here.send(frames)
    for train in trains {
      try train.check(limit: limit)
      try Self.checkBlocks(train)
    }
    let writes = there.receive(trains)
    for write in writes { try write.check() }
    #expect(there.drops.isEmpty && there.isIdle && here.isIdle)
    return (here, writes)
  }

  /// Every block holds one packet, or a run of one super-packet: never bytes of two flows.
  static func checkBlocks(_ train: RecordedTrain) throws {
    for datagram in train.datagrams {
      try withBytes(datagram) { bytes in
        let records = bytes.dropFirst(DatagramHeader.size)
        var position = 0
        var verdict: Counter?
        var slices = 0
        while let record = Record.next(records, &position, verdict: &verdict) {
          if record.kind == Record.Kind.sliceLZ4 { slices += 1 }
          guard record.kind == Record.Kind.packetLZ4 else { continue }
          try withBytes([UInt8](repeating: 0, count: record.rawLength)) { raw in
            try require(Compressor.decompress(record.body, into: raw), "a block that is none")
            try require(
              InnerHeaders.statedLength(raw) == raw.count, "a block of other than one packet")
          }
        }
        try require(verdict == nil && slices <= 1, "a malformed datagram")
      }
    }
  }

  @Test(
    "TCP super-packets come back whole", arguments: Content.allCases,
    [(60_000, 1_392), (5_000, 1_392), (65_400, 536), (9_000, 4_000)])
  func tcp(_ content: Content, sizes: (payload: Int, gsoSize: Int)) throws {
    for isIPv4 in [true, false] {
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      packet.transport = .tcp(flags: InnerPacket.ack | InnerPacket.psh)
      packet.payload = content.bytes(sizes.payload)
      if !isIPv4 { packet.payload.removeLast(100) }
      let frame = packet.frame(gsoSize: sizes.gsoSize)
      let (here, writes) = try carry([frame])
      #expect(
        try difference(
          Segmenter.packets(of: writes), Segmenter.packets(of: [DeviceRecord(bytes: frame)])) == nil
      )
      // Where it is not compressed, a train has room for 57 of its datagrams.
      #expect(writes.count == (content == .random && sizes.payload > 65_000 ? 2 : 1))
      if content == .text || content == .zeroes {
        #expect(here[.datagramsCompressed] > 0)
        #expect(here[.datagramBytesSent] < sizes.payload * 6 / 10)
      }
      if content == .random {
        #expect(here[.datagramsCompressed] == 0)
        let segments = (packet.payload.count + sizes.gsoSize - 1) / sizes.gsoSize
        #expect(here[.datagramBytesSent] < packet.payload.count + segments * 4 * 120)
      }
    }
  }

  @Test("Blocks of a TCP super-packet stand alone", arguments: Content.allCases)
  func alone(_ content: Content) throws {
    var packet = InnerPacket()
    packet.transport = .tcp(flags: InnerPacket.ack | InnerPacket.psh)
    packet.payload = content.bytes(30_000)
    let here = try TunnelEnd(compression: .always)
    var stream = [UInt8](repeating: 0xff, count: 30_000)
    for datagram in here.send([packet.frame(gsoSize: 1_392)]).flatMap(\.datagrams) {
      let there = try TunnelEnd()
      let writes = there.receive(datagrams: [datagram])
      for write in writes { try write.check() }
      for part in try Segmenter.packets(of: writes) {
        let offset = Int(part.big32(24) &- packet.sequence)
        let bytes = part[packet.headerLength...]
        stream.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
      }
    }
    #expect(difference([stream], [packet.payload]) == nil)
  }

  @Test(
    "UDP super-packets come back as whole packets", arguments: Content.allCases,
    [(60_000, 1_390), (64 * 50, 50), (20_001, 1_000)])
  func udp(_ content: Content, sizes: (payload: Int, gsoSize: Int)) throws {
    for isIPv4 in [true, false] {
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      packet.payload = content.bytes(sizes.payload)
      let frame = packet.frame(gsoSize: sizes.gsoSize)
      let (_, writes) = try carry([frame])
      #expect(
        try difference(
          Segmenter.packets(of: writes), Segmenter.packets(of: [DeviceRecord(bytes: frame)])) == nil
      )
    }
  }

  @Test(
    "Packets of many flows come back, each flow in order", arguments: [1_472, 8_972], [1, 2, 3])
  func packets(limit: Int, seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let packets = SmallPacketTests.mixture(150, seed: UInt64(seed)).map { packet in
      var packet = packet
      if random.oneIn(2) { packet.payload = Payload.text(packet.payload.count) }
      return packet
    }
    let frames = packets.map { $0.frame() }
    let (here, writes) = try carry(frames, limit: limit)
    #expect(
      try difference(
        byFlow(Segmenter.meanings(of: writes)),
        byFlow(Segmenter.meanings(of: frames.map(DeviceRecord.init)))) == nil)
    #expect(here[.datagramsCompressed] > 0)
    #expect(here[.datagramsCompressed] <= here[.datagramsSent])
  }

  @Test("More blocks in a turn than there is scratch: nothing is lost")
  func scratch() throws {
    var packet = InnerPacket()
    packet.transport = .tcp(flags: InnerPacket.ack)
    packet.payload = Payload.text(60_000)
    let here = try TunnelEnd(compression: .always)
    let there = try TunnelEnd()
    let frame = packet.frame(gsoSize: 1_392)
    let frames = Array(repeating: frame, count: LaneMemory.scratchCount * 2)
    var trains: [RecordedTrain] = []
    for frame in frames { trains += here.send([frame]) }
    #expect(difference(there.receive(trains), frames.map(DeviceRecord.init)) == nil)
    #expect(there.isIdle && there.drops.isEmpty)
  }

  @Test("No scratch at all: blocks are dropped and counted, the rest goes on")
  func noScratch() throws {
    let here = try TunnelEnd(compression: .always)
    let there = try TunnelEnd()
    var packet = InnerPacket()
    packet.payload = Payload.text(1_000)
    var plain = InnerPacket()
    plain.payload = Payload.pattern(10)
    let trains = here.send([packet.frame(), plain.frame()])
    let taken = (0..<LaneMemory.scratchCount).compactMap { _ in there.memory.freeScratch.pop() }
    #expect(difference(there.receive(trains), [DeviceRecord(bytes: plain.frame())]) == nil)
    #expect(there.drops == [.dropLZ4: 1])
    for index in taken { there.memory.freeScratch.push(index) }
    #expect(there.isIdle)
  }
}
