import Testing

@testable import Dataplane

@Suite("Which datagrams are let in")
struct AdmissionTests {
  /// A datagram with one packet record.
  static func datagram(
    session: UInt32 = 7, lane: Int = 0, counter: UInt64 = 0
  ) throws -> [UInt8] {
    let here = try TunnelEnd(lane: lane, session: session)
    var packet = InnerPacket()
    packet.payload = Payload.pattern(20)
    let trains = here.send([packet.frame()])
    var datagram = try #require(trains.first).bytes
    for index in 0..<8 { datagram[8 + index] = UInt8(truncatingIfNeeded: counter >> (8 * index)) }
    return datagram
  }

  /// What makes a datagram a stranger's, and where it is counted.
  static let strangers: [(change: @Sendable (inout [UInt8]) -> Void, counter: Counter)] = [
    ({ $0[0] = 0 }, .dropType), ({ $0[0] = 7 }, .dropType), ({ $0[0] = 255 }, .dropType),
    ({ $0[0] = 1 }, .dropSealed), ({ $0[0] = 4 }, .dropSealed), ({ $0[0] = 6 }, .dropSealed),
    ({ $0[1] = 1 }, .dropLane), ({ $0[1] = 255 }, .dropLane),
    ({ $0[2] = 0 }, .dropVersion), ({ $0[2] = 2 }, .dropVersion), ({ $0[3] = 1 }, .dropVersion),
    ({ $0.removeLast($0.count - 15) }, .dropTruncated), ({ $0 = [5] }, .dropTruncated),
    ({ $0.replaceSubrange(8..<16, with: repeatElement(255, count: 8)) }, .dropReplayed),
  ]

  @Test("A stranger's datagram is dropped on its own counter", arguments: strangers.indices)
  func dropped(_ index: Int) throws {
    let there = try TunnelEnd()
    var datagram = try Self.datagram()
    Self.strangers[index].change(&datagram)
    #expect(there.receive(datagrams: [datagram]).isEmpty)
    #expect(there.drops == [Self.strangers[index].counter: 1])
    #expect(there[.datagramsReceived] == 0)
    #expect(there.isIdle)
    // And the right one still gets in.
    #expect(try there.receive(datagrams: [Self.datagram()]).count == 1)
  }

  @Test("An empty datagram is truncated")
  func empty() throws {
    let there = try TunnelEnd()
    #expect(there.receive(datagrams: [[]]).isEmpty)
    #expect(there.drops == [.dropTruncated: 1])
  }

  @Test("A header without records is taken and writes nothing")
  func headerOnly() throws {
    let there = try TunnelEnd()
    #expect(there.receive(datagrams: [Array(try Self.datagram().prefix(16))]).isEmpty)
    #expect(there.drops.isEmpty)
    #expect(there[.datagramsReceived] == 1)
  }

  @Test("A restarted peer is heard at once, and its stragglers are not")
  func sessions() throws {
    let there = try TunnelEnd()
    #expect(try there.receive(datagrams: [Self.datagram(session: 7, counter: 50)]).count == 1)
    #expect(there[.datagramsLost] == 50)
    #expect(try there.receive(datagrams: [Self.datagram(session: 8, counter: 0)]).count == 1)
    // What an earlier session lost stays counted.
    #expect(there[.datagramsLost] == 50)
    #expect(try there.receive(datagrams: [Self.datagram(session: 7, counter: 51)]).isEmpty)
    #expect(there.drops == [.dropStaleSession: 1])
    #expect(try there.receive(datagrams: [Self.datagram(session: 8, counter: 0)]).isEmpty)
    #expect(there.drops == [.dropStaleSession: 1, .dropReplayed: 1])
  }

  @Test("Lanes take their own", arguments: [0, 1, 17, 254])
  func lanes(_ lane: Int) throws {
    let there = try TunnelEnd(lane: lane)
    #expect(try there.receive(datagrams: [Self.datagram(lane: lane)]).count == 1)
    #expect(try there.receive(datagrams: [Self.datagram(lane: (lane + 1) % 255)]).isEmpty)
    #expect(there.drops == [.dropLane: 1])
  }

  @Test("sent = received + lost, exactly", arguments: [UInt64(1), 2, 3, 4])
  func exactLoss(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    for turn in 0..<60 {
      var frames = SmallPacketTests.mixture(5, seed: seed &+ UInt64(turn)).map { $0.frame() }
      if random.oneIn(3) { frames.append(TCPCase(payload: 20_000, gsoSize: 1_392).frame) }
      let datagrams = here.send(frames).flatMap(\.datagrams)
      let arriving = datagrams.filter { _ in !random.oneIn(5) }.shuffled(using: &random)
      _ = there.receive(datagrams: arriving + arriving.prefix(2))
    }
    // The last one arrives, so that the receiver knows of all before it.
    _ = there.receive(here.send([InnerPacket().frame()]))
    #expect(here[.datagramsSent] == there[.datagramsReceived] + there[.datagramsLost])
    #expect(there[.datagramsLost] > 0 && there[.dropReplayed] > 0)
    #expect(there.isIdle)
  }

  @Test("Greetings reach lane 0 and nobody else", arguments: [0, 1])
  func greetings(_ lane: Int) throws {
    let here = try TunnelEnd(lane: lane)
    let there = try TunnelEnd(lane: lane)
    #expect(there.receive(here.greet(lanes: 4, mtu: 1_400, wantsAnswer: true)).isEmpty)
    let greeting = there.takeGreeting()
    if lane == 0 {
      #expect(greeting?.lanes == 4 && greeting?.mtu == 1_400 && greeting?.wantsAnswer == true)
      _ = there.receive(here.greet(lanes: 2, mtu: 65_000, wantsAnswer: false))
      let second = there.takeGreeting()
      #expect(second?.lanes == 2 && second?.mtu == 65_000 && second?.wantsAnswer == false)
      #expect(there.drops.isEmpty)
    } else {
      #expect(greeting == nil)
      #expect(there.drops == [.dropControl: 1])
    }
  }

  @Test(
    "Control records that make no sense are counted",
    arguments: [
      [5, 1, 3, 0, 4, 0, 120], [5, 2, 4, 0, 4, 0, 120, 5], [5, 1, 4, 0, 0, 1, 120, 5],
    ] as [[UInt8]])
  func badControl(_ record: [UInt8]) throws {
    let there = try TunnelEnd()
    let datagram = Array(try Self.datagram().prefix(16)) + record
    #expect(there.receive(datagrams: [datagram]).isEmpty)
    #expect(there.takeGreeting() == nil)
    #expect(there.drops == [.dropControl: 1])
  }
}
