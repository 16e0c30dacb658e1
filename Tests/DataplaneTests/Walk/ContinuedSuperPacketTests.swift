import Testing

@testable import Dataplane

/// A super-packet, and one that comes right behind it.
struct Continuation: CustomTestStringConvertible, Sendable {
  /// Fits a datagram whatever the headers are.
  static let gsoSize = 1_300

  let name: String
  var isIPv4 = true
  /// What both have.
  var common: @Sendable (inout InnerPacket) -> Void = { _ in }
  /// What is special about the first and the second.
  var first: @Sendable (inout InnerPacket) -> Void = { _ in }
  var second: @Sendable (inout InnerPacket) -> Void = { _ in }
  /// Of the second frame: its bytes from the TCP header on.
  var secondTCP: @Sendable (inout ArraySlice<UInt8>) -> Void = { _ in }
  var gsoSizes = (first: Continuation.gsoSize, second: Continuation.gsoSize)

  var testDescription: String { "\(name), \(isIPv4 ? "IPv4" : "IPv6")" }

  /// Seven segments, and the ten that follow them in the stream.
  var packets: (first: InnerPacket, second: InnerPacket) {
    var first = InnerPacket()
    first.isIPv4 = isIPv4
    first.transport = .tcp(flags: InnerPacket.ack)
    first.payload = Payload.pattern(7 * Self.gsoSize)
    var second = first
    second.payload = Payload.random(10 * Self.gsoSize)
    second.sequence &+= UInt32(first.payload.count)
    second.identification &+= 7
    common(&first)
    common(&second)
    self.first(&first)
    self.second(&second)
    return (first, second)
  }

  var frames: [[UInt8]] {
    let (first, second) = packets
    var frame = second.frame(gsoSize: gsoSizes.second)
    var tcp = frame[(10 + second.networkLength)...]
    secondTCP(&tcp)
    frame.replaceSubrange((10 + second.networkLength)..., with: tcp)
    return [first.frame(gsoSize: gsoSizes.first), frame]
  }

  private func over(isIPv4: Bool) -> Continuation {
    var test = self
    test.isIPv4 = isIPv4
    return test
  }

  /// What the second must not have for the two to be one.
  static let differences: [Continuation] =
    [true, false].flatMap { isIPv4 in
      [
        Continuation(name: "another port", second: { $0.sourcePort += 1 }),
        Continuation(name: "another target port", second: { $0.destinationPort += 1 }),
        Continuation(name: "another address", second: { $0.host += 1 }),
        Continuation(name: "a byte missing", second: { $0.sequence &+= 1 }),
        Continuation(name: "a byte again", second: { $0.sequence &-= 1 }),
        Continuation(name: "sent again", second: { $0.sequence &-= 7 * UInt32(gsoSize) }),
        Continuation(name: "another TTL", second: { $0.hopLimit -= 1 }),
        Continuation(name: "a congestion mark", second: { $0.service |= 3 }),
        Continuation(name: "another timestamp", second: { $0.tcpOptions[7] += 1 }),
        Continuation(name: "an option more", second: { $0.tcpOptions += [1, 1, 1, 1] }),
        Continuation(name: "an acknowledgement", secondTCP: { $0[$0.startIndex + 11] += 1 }),
        Continuation(name: "another window", secondTCP: { $0[$0.startIndex + 15] += 1 }),
        Continuation(name: "CWR", second: { $0.transport = .tcp(flags: 0x90) }),
        Continuation(name: "ECE", second: { $0.transport = .tcp(flags: 0x50) }),
        Continuation(name: "AE", second: { $0.moreFlags = 1 }),
        Continuation(name: "URG", second: { $0.transport = .tcp(flags: 0x30) }),
        Continuation(name: "behind URG", common: { $0.transport = .tcp(flags: 0x30) }),
        Continuation(name: "behind RST", common: { $0.transport = .tcp(flags: 0x14) }),
        Continuation(name: "behind SYN", common: { $0.transport = .tcp(flags: 0x02) }),
        Continuation(name: "behind FIN", first: { $0.transport = .tcp(flags: 0x11) }),
        Continuation(name: "another segment size", gsoSizes: (gsoSize, gsoSize / 2)),
        Continuation(
          name: "behind a short segment",
          first: { $0.payload.removeLast() }, second: { $0.sequence &-= 1 }),
      ].map { $0.over(isIPv4: isIPv4) }
    } + [
      Continuation(
        name: "an identification that does not count",
        common: { $0.dontFragment = false }, second: { $0.identification &+= 1 }),
      Continuation(name: "may be fragmented", second: { $0.dontFragment = false }),
      Continuation(name: "IPv4 options", second: { $0.options = [1, 1, 1, 1] }),
      Continuation(
        name: "other IPv4 options",
        common: { $0.options = [1, 1, 1, 1] }, second: { $0.options = [1, 1, 1, 0] }),
      Continuation(name: "another flow label", isIPv4: false, second: { $0.flowLabel += 1 }),
      Continuation(
        name: "another extension header", isIPv4: false,
        common: { $0.extensions = [(60, [0, 0, 1, 4, 0, 0, 0, 0])] },
        second: { $0.extensions = [(60, [0, 0, 1, 4, 0, 0, 0, 1])] }),
    ]

  /// What the second may have.
  static let likenesses: [Continuation] =
    [true, false].flatMap { isIPv4 in
      [
        Continuation(name: "nothing special"),
        Continuation(name: "PSH", second: { $0.transport = .tcp(flags: 0x18) }),
        Continuation(name: "behind PSH", first: { $0.transport = .tcp(flags: 0x18) }),
        Continuation(name: "PSH on both", common: { $0.transport = .tcp(flags: 0x18) }),
        Continuation(name: "FIN", second: { $0.transport = .tcp(flags: 0x11) }),
        Continuation(name: "ECE on both", common: { $0.transport = .tcp(flags: 0x50) }),
        Continuation(name: "AE on both", common: { $0.moreFlags = 1 }),
        Continuation(name: "behind CWR", first: { $0.transport = .tcp(flags: 0x90) }),
        Continuation(name: "a short last segment", second: { $0.payload.removeLast(500) }),
        Continuation(name: "no options", common: { $0.tcpOptions = [] }),
        Continuation(
          name: "40 bytes of options", common: { $0.tcpOptions = [UInt8](repeating: 1, count: 40) }),
      ].map { $0.over(isIPv4: isIPv4) }
    } + [
      Continuation(name: "any identification", second: { $0.identification = 7 }),
      Continuation(name: "an identification that counts", common: { $0.dontFragment = false }),
      Continuation(name: "the same IPv4 options", common: { $0.options = [1, 1, 1, 0] }),
      Continuation(
        name: "the same extension header", isIPv4: false,
        common: { $0.extensions = [(60, [0, 0, 1, 4, 0, 0, 0, 0])] }),
    ]
}

/// A packet that nothing of its flow may pass, and that may pass nothing of it.
struct Overtaker: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let frame: [UInt8]

  static let all: [Overtaker] = {
    var packet = InnerPacket()
    packet.transport = .tcp(flags: InnerPacket.ack | InnerPacket.psh)
    let acknowledgement = packet.frame()
    packet.payload = Payload.pattern(100)
    packet.checksum = .complete
    var fragment = packet.frame()
    fragment.put(big16: 0x2000, 10 + 6)
    return [
      Overtaker(testDescription: "an acknowledgement", frame: acknowledgement),
      Overtaker(testDescription: "a segment", frame: packet.frame()),
      Overtaker(testDescription: "a fragment, which may be of any flow", frame: fragment),
    ]
  }()
}

@Suite("Super-packets that continue each other")
struct ContinuedSuperPacketTests {
  /// As a link with MTU 1500 makes it, sealed: 44 are a full train.
  private static let gsoSize = 1_376

  @Test("One train and one write for both", arguments: Continuation.likenesses)
  func joined(_ test: Continuation) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    var (first, second) = test.packets
    let trains = here.send(test.frames)
    let writes = there.receive(trains)

    #expect(trains.count == 1 && writes.count == 1)
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    for write in writes { try write.check() }
    // PSH goes to the last segment of all.
    if case .tcp(let flags) = first.transport, flags & InnerPacket.psh != 0,
      case .tcp(let others) = second.transport
    {
      first.transport = .tcp(flags: flags & ~InnerPacket.psh)
      second.transport = .tcp(flags: others | InnerPacket.psh)
    }
    let expected = [first, second].map {
      DeviceRecord(bytes: $0.frame(gsoSize: Continuation.gsoSize))
    }
    #expect(
      try difference(Segmenter.meanings(of: writes), Segmenter.meanings(of: expected)) == nil)
    #expect(here[.packetsOut] == 17 && there[.packetsIn] == 17)
    #expect(here.isIdle && there.isIdle && here.drops.isEmpty && there.drops.isEmpty)
  }

  @Test("Anything else stays apart, as it was read", arguments: Continuation.differences)
  func apart(_ test: Continuation) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    let trains = here.send(test.frames)
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    let writes = there.receive(trains)
    #expect(difference(byFlow(writes), byFlow(test.frames.map(DeviceRecord.init))) == nil)
    #expect(here.isIdle && there.isIdle && here.drops.isEmpty && there.drops.isEmpty)
  }

  @Test("UDP stays apart, and so does what is compressed")
  func others() throws {
    var udp = InnerPacket()
    udp.payload = Payload.pattern(3 * 1_000)
    let pair = [udp.frame(gsoSize: 1_000), udp.frame(gsoSize: 1_000)]
    let apart = try TunnelEnd().receive(TunnelEnd().send(pair))
    #expect(difference(apart, pair.map(DeviceRecord.init)) == nil)

    var tcp = stream(segments: [10, 10])
    for index in tcp.indices { tcp[index].payload = Payload.text(10 * Self.gsoSize) }
    let compressing = try TunnelEnd(compression: .always)
    let frames = tcp.map { $0.frame(gsoSize: Self.gsoSize) }
    let trains = compressing.send(frames)
    #expect(trains.count == 2 && compressing[.datagramsCompressed] > 0)
    #expect(difference(try TunnelEnd().receive(trains), frames.map(DeviceRecord.init)) == nil)
  }

  /// A stream's packets, with so many segments each, all pushed.
  private func stream(segments: [Int], flow: UInt16 = 0) -> [InnerPacket] {
    var packet = InnerPacket()
    packet.sourcePort += flow
    packet.transport = .tcp(flags: InnerPacket.ack | InnerPacket.psh)
    return segments.map { count in
      defer {
        packet.sequence &+= UInt32(count * Self.gsoSize)
        packet.identification &+= UInt16(count)
      }
      packet.payload = Payload.random(count * Self.gsoSize)
      return packet
    }
  }

  @Test(
    "Trains are filled, whatever a program's writes are",
    arguments: [
      // 128 KiB at a time; more than a train in one; less; frames beyond what one train takes up.
      ([44, 44, 7, 44, 44, 7, 44, 44, 7], [44, 44, 44, 44, 44, 44, 21]),
      ([47, 47, 47], [44, 44, 44, 9]), ([11, 11, 11, 11, 11], [44, 11]), ([44], [44]),
      ([43, 2], [44, 1]), ([Int](repeating: 2, count: 40), [44, 36]),
    ])
  func filled(_ segments: [Int], trains expected: [Int]) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    let frames = stream(segments: segments).map { $0.frame(gsoSize: Self.gsoSize) }
    let trains = here.send(frames)
    #expect(trains.map(\.datagrams.count) == expected)
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    let writes = there.receive(trains)
    // Of at most so many frames each.
    let pieces = (segments.count + OpenSuperPacket.maximumRuns - 1) / OpenSuperPacket.maximumRuns
    #expect(writes.count == max(expected.count, pieces))
    for write in writes { try write.check() }
    #expect(
      try difference(
        withoutPush(Segmenter.meanings(of: writes)),
        withoutPush(Segmenter.meanings(of: frames.map(DeviceRecord.init)))) == nil)
    #expect(here.isIdle && there.isIdle && here.drops.isEmpty && there.drops.isEmpty)
  }

  /// TCP packets over IPv4 without PSH and the checksum over it.
  private func withoutPush(_ packets: [[UInt8]]) -> [[UInt8]] {
    packets.map { packet in
      var packet = packet
      packet[33] &= ~InnerPacket.psh
      packet.put(big16: 0, 36)
      return packet
    }
  }

  @Test(
    "Streams share trains, where their datagrams are of one length",
    arguments: [
      // Each stream's segments in turn; datagrams of the trains.
      ([7, 10], [17]), ([30, 30, 30], [44, 44, 2]), ([44, 7, 44], [44, 44, 7]),
      ([44, 44], [44, 44]),
    ])
  func shared(_ segments: [Int], trains expected: [Int]) throws {
    let pair = try SealedPair()
    let frames = segments.enumerated().map { flow, count in
      stream(segments: [count], flow: UInt16(flow))[0].frame(gsoSize: Self.gsoSize)
    }
    let trains = pair.here.send(frames)
    for train in trains { try train.check(limit: SealedEnd.limit + SessionSealer.tag) }
    #expect(trains.map(\.datagrams.count) == expected)
    let writes = pair.there.receive(trains)
    #expect(difference(byFlow(writes), byFlow(frames.map(DeviceRecord.init))) == nil)
    #expect(pair.here.isIdle && pair.there.isIdle && pair.there.drops.isEmpty)
  }

  @Test("A short datagram is the last of a train, and a longer one begins the next")
  func lengths() throws {
    let here = try TunnelEnd()
    var plain = stream(segments: [5], flow: 1)[0]
    plain.tcpOptions = []
    var short = stream(segments: [5], flow: 2)[0]
    short.payload.removeLast(100)
    var small = InnerPacket()
    small.payload = Payload.pattern(100)
    let full = stream(segments: [5])[0].frame(gsoSize: Self.gsoSize)
    let frames = [
      full, plain.frame(gsoSize: Self.gsoSize), full, short.frame(gsoSize: Self.gsoSize), full,
      small.frame(), small.frame(), full,
    ]
    let trains = here.send(frames)
    for train in trains { try train.check(limit: TunnelEnd.limit) }
    // The first full one and the short one, as nothing can follow that; the second and the small ones, with
    // which it ends; the others, and the one whose datagrams are shorter.
    #expect(trains.map(\.datagrams.count) == [10, 6, 10, 5])
    let writes = try TunnelEnd(udpSegments: 1).receive(trains)
    #expect(difference(byFlow(writes), byFlow(frames.map(DeviceRecord.init))) == nil)
    #expect(here.isIdle && here.drops.isEmpty)
  }

  @Test("Trains of one datagram bring as long a super-packet")
  func singles() throws {
    let here = try TunnelEnd(trainLimit: 1)
    let frames = stream(segments: [7, 40, 7]).map { $0.frame(gsoSize: Self.gsoSize) }
    let trains = here.send(frames)
    #expect(trains.count == 54)
    let writes = try TunnelEnd().receive(trains)
    #expect(
      try difference(
        withoutPush(Segmenter.meanings(of: writes)),
        withoutPush(Segmenter.meanings(of: frames.map(DeviceRecord.init)))) == nil)
  }

  @Test("A stream's super-packets are one, whatever comes between of others")
  func interleaved() throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    let streams = (0..<4).map { stream(segments: [7, 10, 5, 30], flow: $0) }
    var udp = InnerPacket()
    udp.payload = Payload.pattern(100)
    var frames: [[UInt8]] = []
    for turn in 0..<4 {
      for stream in streams { frames.append(stream[turn].frame(gsoSize: Self.gsoSize)) }
      frames.append(udp.frame())
    }
    let writes = there.receive(here.send(frames))
    for write in writes { try write.check() }

    // Each stream's 52 segments: a full train of them, and the rest.
    #expect(writes.filter { $0.packet[9] == 6 }.count == 2 * streams.count)
    for (flow, stream) in streams.enumerated() {
      let arrived = writes.filter { $0.packet[9] == 6 && $0.packet[21] == 0x40 + UInt8(flow) }
      let sent = stream.map { DeviceRecord(bytes: $0.frame(gsoSize: Self.gsoSize)) }
      #expect(
        try difference(
          withoutPush(Segmenter.meanings(of: arrived)), withoutPush(Segmenter.meanings(of: sent)))
          == nil)
    }
    #expect(here[.packetsOut] == there[.packetsIn])
    #expect(here.isIdle && there.isIdle && here.drops.isEmpty && there.drops.isEmpty)
  }

  @Test("Nothing overtakes what waits of its flow", arguments: Overtaker.all)
  func order(_ overtaker: Overtaker) throws {
    let here = try TunnelEnd()
    let tcp = stream(segments: [7, 7]).map { $0.frame(gsoSize: Self.gsoSize) }
    let frames = [tcp[0], overtaker.frame, tcp[1], overtaker.frame]
    let writes = try TunnelEnd().receive(here.send(frames))
    #expect(difference(writes, frames.map(DeviceRecord.init)) == nil)
  }

  @Test("What waits is counted where it cannot be sent")
  func refused() throws {
    let here = try TunnelEnd()
    let frames = stream(segments: [7, 10]).map { $0.frame(gsoSize: Self.gsoSize) }
    here.take(frames[0])
    here.refuseTrains(true)
    here.take(frames[1])
    #expect(here.send([]).isEmpty)
    #expect(here.drops == [.dropSendError: 17] && here.isIdle)

    let pair = try SealedPair()
    pair.here.take(frames[0])
    pair.here.sealer.wipe(nil)
    #expect(pair.here.send([]).isEmpty)
    #expect(pair.here.drops == [.dropNoSession: 7] && pair.here.isIdle)
  }

  @Test("Streams side by side arrive as they were", arguments: [UInt64(1), 2, 3, 4])
  func random(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let pair = try SealedPair()
    let count = 9
    var flows = (0..<count).map { flow in
      stream(segments: (0..<12).map { _ in 1 + random.below(47) }, flow: UInt16(flow))[...]
    }
    var sent = [[DeviceRecord]](repeating: [], count: count)
    var received: [DeviceRecord] = []
    while flows.contains(where: { !$0.isEmpty }) {
      var turn: [[UInt8]] = []
      for _ in 0..<random.below(12) {
        let flow = random.below(count)
        for _ in 0...random.below(4) {
          guard var packet = flows[flow].popFirst() else { continue }
          if random.oneIn(3) { packet.transport = .tcp(flags: InnerPacket.ack) }
          turn.append(packet.frame(gsoSize: Self.gsoSize))
          sent[flow].append(DeviceRecord(bytes: packet.frame(gsoSize: Self.gsoSize)))
        }
      }
      let writes = pair.there.receive(pair.here.send(turn))
      for write in writes { try write.check() }
      received += writes
    }
    for flow in 0..<count {
      let arrived = received.filter { $0.packet[21] == 0x40 + UInt8(flow) }
      #expect(
        try difference(
          withoutPush(Segmenter.meanings(of: arrived)),
          withoutPush(Segmenter.meanings(of: sent[flow]))) == nil)
      let pushes = { (records: [DeviceRecord]) in
        records.filter { $0.packet[33] & InnerPacket.psh != 0 }.count
      }
      #expect(pushes(arrived) > 0 && pushes(arrived) <= pushes(sent[flow]))
      // It may come later than it was sent, never not at all.
      let flags = try #require(sent[flow].last).packet[33]
      #expect(try #require(arrived.last).packet[33] & flags == flags)
    }
    #expect(received.count < sent.reduce(0) { $0 + $1.count })
    #expect(pair.here[.packetsOut] == pair.there[.packetsIn])
    #expect(pair.here.isIdle && pair.there.isIdle && pair.there.drops.isEmpty)
  }
}
