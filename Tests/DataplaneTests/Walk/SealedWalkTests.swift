import Testing

@testable import Dataplane

@Suite("Sealed datagrams")
struct SealedWalkTests {
  /// A packet with a payload that is easy to find.
  static func packet(_ count: Int = 200) -> InnerPacket {
    var packet = InnerPacket()
    packet.payload = Payload.pattern(count)
    return packet
  }

  static func contains(_ bytes: [UInt8], _ pattern: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= pattern.count else { return false }
    return (0...bytes.count - pattern.count).contains { start in
      bytes[start] == pattern.first && bytes[start..<start + pattern.count] == pattern
    }
  }

  @Test(
    "A super-packet arrives as it was read, and nothing of it shows", arguments: TCPCase.table,
    Cipher.allCases)
  func superPacket(_ test: TCPCase, cipher: Cipher) throws {
    let pair = try SealedPair(limit: test.limit, cipher: cipher)
    let trains = pair.here.send([test.frame])
    for train in trains {
      try train.check(limit: test.limit + SessionSealer.tag)
      #expect(train.datagrams.allSatisfy { $0[0] == DatagramHeader.Kind.sealed })
      for start in [20, 500, 900] where test.payload > start + 24 {
        #expect(
          !Self.contains(Array(train.bytes.prefix(4_000)), test.packet.payload[start..<start + 24]))
      }
    }
    let writes = pair.there.receive(trains)
    #expect(try test.difference(from: writes) == nil)
    #expect(writes.count == trains.count)
    #expect(pair.here.isIdle && pair.there.isIdle)
    #expect(pair.here.drops.isEmpty && pair.there.drops.isEmpty)
    #expect(pair.there[.datagramsReceived] == pair.here[.datagramsSent])
    #expect(pair.there[.datagramsLost] == 0)
  }

  @Test("Datagrams that come one by one are joined too", arguments: TCPCase.table)
  func apart(_ test: TCPCase) throws {
    let pair = try SealedPair(limit: test.limit)
    let writes = pair.there.receive(
      datagrams: pair.here.send([test.frame]).flatMap(\.datagrams))
    #expect(
      try difference(
        Segmenter.packets(of: writes), Segmenter.packets(of: [DeviceRecord(bytes: test.frame)]))
        == nil)
    #expect(pair.there.isIdle && pair.there.drops.isEmpty)
  }

  @Test("Small packets share a datagram, padded to their train's size", arguments: 1...40)
  func small(count: Int) throws {
    let pair = try SealedPair()
    let frames = (0..<count).map { Self.packet(30 + $0 * 7).frame() }
    let trains = pair.here.send(frames)
    for train in trains { try train.check(limit: SealedEnd.limit + SessionSealer.tag) }
    let writes = pair.there.receive(trains)
    #expect(
      try difference(
        Segmenter.packets(of: writes),
        Segmenter.packets(of: frames.map { DeviceRecord(bytes: $0) })) == nil)
    #expect(pair.there.drops.isEmpty && pair.here.isIdle && pair.there.isIdle)
  }

  @Test("Blocks are sealed", arguments: TCPCase.table)
  func compressed(_ test: TCPCase) throws {
    let pair = try SealedPair(limit: test.limit, compression: .always)
    var packet = test.packet
    packet.payload = Payload.text(test.payload)
    let frame = packet.frame(gsoSize: test.gsoSize)
    let trains = pair.here.send([frame])
    for train in trains { try train.check(limit: test.limit + SessionSealer.tag) }
    let writes = pair.there.receive(trains)
    #expect(
      try difference(
        Segmenter.packets(of: writes), Segmenter.packets(of: [DeviceRecord(bytes: frame)])) == nil)
    #expect(pair.there.drops.isEmpty && pair.there.isIdle)
  }

  @Test("Without a session nothing leaves, and every segment is counted")
  func noSession() throws {
    let here = try SealedEnd()
    let test = TCPCase(payload: 2_785, gsoSize: 1_392)
    #expect(here.send([Self.packet().frame(), test.frame]).isEmpty)
    #expect(here.drops == [.dropNoSession: 4])
    #expect(here[.packetsOut] == 4 && here.isIdle)
  }

  // MARK: What is not let in

  @Test("A flip of any bit is dropped, on one counter", arguments: 0..<8)
  func flips(bit: Int) throws {
    let pair = try SealedPair()
    let datagram = try #require(pair.here.send([Self.packet(60).frame()]).first).bytes
    for index in datagram.indices {
      var changed = datagram
      changed[index] ^= 1 << bit
      #expect(pair.there.receive(datagrams: [changed]).isEmpty, "byte \(index)")
    }
    // One change of the type makes it a handshake's, which the control side judges.
    let handshakes = pair.there.switchboard.take().count
    #expect(handshakes == (bit == 1 ? 1 : 0))
    #expect(pair.there.drops.values.reduce(0, +) + handshakes == datagram.count)
    // Type, lane, version and flags, and the session have counters of their own.
    #expect(pair.there.drops[.dropAuthentication] == datagram.count - 8)
    #expect(pair.there.drops[.dropUnknownSession] == 4)
    // Nothing of that has moved the window: the genuine one is taken.
    #expect(pair.there.receive(datagrams: [datagram]).count == 1)
    #expect(pair.there[.datagramsLost] == 0 && pair.there.isIdle)
  }

  @Test("A datagram cut at any length is dropped")
  func truncated() throws {
    let pair = try SealedPair()
    let datagram = try #require(pair.here.send([Self.packet(60).frame()]).first).bytes
    for count in 1..<datagram.count {
      #expect(pair.there.receive(datagrams: [Array(datagram[..<count])]).isEmpty)
    }
    #expect(pair.there.drops[.dropTruncated] == 31)
    #expect(pair.there.drops[.dropAuthentication] == datagram.count - 32)
  }

  @Test("A train is taken once")
  func replayed() throws {
    let pair = try SealedPair()
    let trains = pair.here.send([TCPCase(payload: 60_000, gsoSize: 1_392).frame])
    let datagrams = trains.flatMap(\.datagrams)
    #expect(pair.there.receive(trains).count == 1)
    #expect(pair.there.receive(trains).isEmpty)
    #expect(pair.there.receive(datagrams: datagrams.reversed()).isEmpty)
    #expect(pair.there.drops == [.dropReplayed: 2 * datagrams.count])
  }

  @Test("A datagram counts for its lane only")
  func otherLane() throws {
    let pair = try SealedPair(lane: 0)
    let other = try SealedPair(lane: 1)  // The same keys: lanes share them.
    var datagram = try #require(pair.here.send([Self.packet().frame()]).first).bytes
    #expect(other.there.receive(datagrams: [datagram]).isEmpty)
    #expect(other.there.drops == [.dropLane: 1])
    datagram[1] = 1
    #expect(other.there.receive(datagrams: [datagram]).isEmpty)
    #expect(other.there.drops == [.dropLane: 1, .dropAuthentication: 1])
  }

  @Test("What we sent does not come back")
  func reflected() throws {
    let pair = try SealedPair()
    var datagram = try #require(pair.here.send([Self.packet().frame()]).first).bytes
    #expect(pair.here.receive(datagrams: [datagram]).isEmpty)
    // With the index that our own session goes by, the key is still the other direction's.
    datagram[4] ^= 1
    #expect(pair.here.receive(datagrams: [datagram]).isEmpty)
    #expect(pair.here.drops == [.dropUnknownSession: 1, .dropAuthentication: 1])
  }

  @Test("Records in the clear are not taken")
  func plaintext() throws {
    let pair = try SealedPair()
    let clear = try TunnelEnd().send([Self.packet().frame()])
    #expect(pair.there.receive(clear).isEmpty)
    #expect(pair.there.drops == [.dropPlaintext: 1])
  }
}
