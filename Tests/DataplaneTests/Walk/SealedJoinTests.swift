import Testing

@testable import Dataplane

/// What may come between the datagrams of a super-packet, before the one at `position`.
struct Interruption: CustomTestStringConvertible, Sendable {
  enum Kind: String, CaseIterable {
    case nothing, lost, forged, replayed, packet, otherFlow, otherEnd, block, udp
  }

  let kind: Kind
  let position: Int
  var isIPv4 = true

  var testDescription: String { "\(kind.rawValue) at \(position), \(isIPv4 ? "IPv4" : "IPv6")" }

  static let table: [Interruption] = Kind.allCases.flatMap { kind in
    [0, 1, 2, 7, 9].flatMap { position in
      [true, false].map { Interruption(kind: kind, position: position, isIPv4: $0) }
    }
  }
}

@Suite("Sealed datagrams are opened behind each other")
struct SealedJoinTests {
  private static let gsoSize = 1_360

  /// A datagram, and what it brings to the device.
  private struct Delivery {
    var datagram: [UInt8]
    var packets: [[UInt8]]
  }

  private static func superPacket(_ isIPv4: Bool, host: UInt8 = 1, salt: UInt8 = 0) -> InnerPacket {
    var packet = InnerPacket()
    packet.isIPv4 = isIPv4
    packet.host = host
    packet.transport = .tcp(flags: InnerPacket.ack | InnerPacket.psh)
    packet.payload = Payload.pattern(9 * gsoSize + 700).map { $0 ^ salt }
    return packet
  }

  /// The datagrams of one frame, each with its segment.
  private static func deliveries(_ frame: [UInt8], _ end: SealedEnd) throws -> [Delivery] {
    let datagrams = end.send([frame]).flatMap(\.datagrams)
    let packets = try Segmenter.packets(of: DeviceRecord(bytes: frame))
    try #require(datagrams.count == packets.count)
    return zip(datagrams, packets).map { Delivery(datagram: $0, packets: [$1]) }
  }

  /// What comes between: nothing of it may touch what came before or comes after.
  private static func between(
    _ test: Interruption, _ main: [Delivery], _ end: SealedEnd
  ) throws -> [Delivery] {
    switch test.kind {
    case .nothing, .lost: return []
    case .forged:
      // As it should come, but for its last byte: opened all the way, and then refused.
      var datagram = main[test.position].datagram
      datagram[datagram.count - 1] ^= 1
      return [Delivery(datagram: datagram, packets: [])]
    case .replayed:
      return [Delivery(datagram: main[max(test.position - 1, 0)].datagram, packets: [])]
    case .packet:
      return try deliveries(SealedWalkTests.packet(900).frame(), end)
    case .otherFlow:
      // The same lengths everywhere; only the inner headers tell.
      let frame = superPacket(test.isIPv4, host: 9, salt: 0x55).frame(gsoSize: gsoSize)
      return try Array(deliveries(frame, end)[test.position...])
    case .otherEnd:
      // A last slice of another length than the one before it.
      let frame = superPacket(test.isIPv4, host: 9, salt: 0x77).frame(gsoSize: gsoSize)
      return try [deliveries(frame, end)[9]]
    case .block:
      return try block(test.isIPv4)
    case .udp:
      var packet = InnerPacket()
      packet.payload = Payload.pattern(3 * 1_000)
      return try deliveries(packet.frame(gsoSize: 1_000), end)
    }
  }

  /// An LZ4 block, of a lane that compresses, under the same keys but counters of its own.
  private static func block(_ isIPv4: Bool) throws -> [Delivery] {
    let other = try SealedPair(compression: .always)
    for _ in 0..<100 { _ = other.here.send([SealedWalkTests.packet(20).frame()]) }
    var packet = superPacket(isIPv4, host: 9)
    packet.payload = Payload.text(2 * gsoSize)
    let frame = packet.frame(gsoSize: gsoSize)
    let datagrams = other.here.send([frame]).flatMap(\.datagrams)
    let packets = try Segmenter.packets(of: DeviceRecord(bytes: frame))
    return [Delivery(datagram: try #require(datagrams.first), packets: packets)]
  }

  private static func expectSame(_ writes: [DeviceRecord], _ deliveries: [Delivery]) throws {
    for write in writes { try write.check() }
    let packets = try Segmenter.packets(of: writes)
    #expect(difference(byFlow(packets), byFlow(deliveries.flatMap(\.packets))) == nil)
  }

  @Test("Whatever comes between, each datagram brings its own", arguments: Interruption.table)
  func interrupted(_ test: Interruption) throws {
    let pair = try SealedPair()
    let frame = Self.superPacket(test.isIPv4).frame(gsoSize: Self.gsoSize)
    var all = try Self.deliveries(frame, pair.here)
    if test.kind == .replayed, test.position == 0 { all.insert(all[0], at: 0) }
    let between = try Self.between(test, all, pair.here)
    if test.kind == .replayed, test.position == 0 {
      all[1].packets = []
    } else if test.kind == .lost {
      all.remove(at: test.position)
    } else {
      all.insert(contentsOf: between, at: test.position)
    }
    // Another one follows in the same turn.
    all += try Self.deliveries(
      Self.superPacket(test.isIPv4, salt: 0x33).frame(gsoSize: Self.gsoSize), pair.here)
    try Self.expectSame(pair.there.receive(datagrams: all.map(\.datagram)), all)
    #expect(pair.there.isIdle)
    let drops: [Counter: Int] =
      switch test.kind {
      case .forged: [.dropAuthentication: 1]
      case .replayed: [.dropReplayed: 1]
      default: [:]
      }
    #expect(pair.there.drops == drops)
  }

  @Test("A super-packet is written from two runs, however it came", arguments: [true, false])
  func runs(asTrain: Bool) throws {
    let pair = try SealedPair()
    for _ in 0..<3 {
      let test = TCPCase(payload: 60_000, gsoSize: 1_392)
      let trains = pair.here.send([test.frame])
      let writes =
        asTrain
        ? pair.there.receive(trains) : pair.there.receive(datagrams: trains.flatMap(\.datagrams))
      #expect(difference(writes, [DeviceRecord(bytes: test.frame)]) == nil)
      #expect(pair.there.engine.newestRuns == 2)
    }
  }

  @Test("What does not fit behind the last goes to the next buffer, and all arrives")
  func overflow() throws {
    let pair = try SealedPair()
    // Packets of one flow stay open, so that scratch fills up; then a super-packet comes.
    var all: [Delivery] = []
    for count in 0..<60 {
      var packet = InnerPacket()
      packet.payload = Payload.pattern(1_200, seed: count)
      packet.identification = UInt16(count)
      all += try Self.deliveries(packet.frame(), pair.here)
    }
    all += try Self.deliveries(Self.superPacket(true).frame(gsoSize: Self.gsoSize), pair.here)
    let writes = pair.there.receive(datagrams: all.map(\.datagram))
    #expect(writes.count < 5)
    try Self.expectSame(writes, all)
    #expect(pair.there.isIdle && pair.there.drops.isEmpty)
  }
}
