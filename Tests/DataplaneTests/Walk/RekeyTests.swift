import Testing

@testable import Dataplane

@Suite("Sessions of a lane")
struct RekeyTests {
  private let frame = SealedWalkTests.packet().frame()

  @Test("The old keys serve until the new ones are proven, and nothing is lost")
  func rekey() throws {
    let pair = try SealedPair()
    let second = SessionPair(2, isProven: false)
    var arrived = 0

    // The initiator has the new keys first, and goes on under the old.
    pair.here.sealer.install(second.initiator)
    let early = pair.here.send([frame])
    #expect(early.first?.bytes[4] == 3)
    // The responder sends under the new ones at once; what is under way under the old still arrives.
    pair.there.sealer.install(second.responder)
    arrived += pair.there.receive(early).count
    let answer = pair.there.send([frame])
    #expect(answer.first?.bytes[4] == 4)
    #expect(!pair.here.sealer.isUnsettled)
    arrived += pair.here.receive(answer).count
    // Which proves that it has them.
    #expect(pair.here.sealer.isUnsettled)
    #expect(pair.here.sealer.settle() == 4)
    #expect(pair.here.sealer.settle() == 0)
    #expect(!pair.here.sealer.isUnsettled)
    let late = pair.here.send([frame])
    #expect(late.first?.bytes[4] == 5)
    arrived += pair.there.receive(late).count
    #expect(arrived == 3)
    #expect(pair.here.drops.isEmpty && pair.there.drops.isEmpty)
    #expect(pair.here[.datagramsLost] == 0 && pair.there[.datagramsLost] == 0)
  }

  @Test("Another lane's proof is a proof")
  func proven() throws {
    let here = try SealedEnd(sealedLane: 3)
    here.sealer.install(SessionPair(2, isProven: false).initiator)
    #expect(here.send([frame]).isEmpty)
    here.sealer.prove(99)
    #expect(!here.sealer.isReady)
    here.sealer.prove(4)
    #expect(here.sealer.isReady)
    #expect(here.send([frame]).count == 1)
  }

  @Test("Wiped keys open and seal nothing")
  func wiped() throws {
    let pair = try SealedPair()
    let under = pair.here.send([frame])
    pair.there.sealer.wipe(3)
    pair.here.sealer.wipe(nil)
    #expect(pair.there.receive(under).isEmpty)
    #expect(pair.there.drops == [.dropUnknownSession: 1])
    #expect(pair.here.send([frame]).isEmpty)
    #expect(pair.here.drops == [.dropNoSession: 1])
  }

  @Test("Yesterday's datagrams are of no session")
  func restarted() throws {
    let pair = try SealedPair()
    let old = pair.here.send([frame])
    let there = try SealedEnd()
    there.sealer.install(SessionPair(2).responder)
    #expect(there.receive(old).isEmpty)
    // Nor under the new session's name.
    var renamed = try #require(old.first).bytes
    renamed[4] = 5
    #expect(there.receive(datagrams: [renamed]).isEmpty)
    #expect(there.drops == [.dropUnknownSession: 1, .dropAuthentication: 1])
  }

  @Test("A lane holds a few sessions, and forgets the oldest that it does not send under")
  func many() throws {
    let pair = try SealedPair()
    let first = pair.here.send([frame])
    for number in UInt8(2)...9 {
      // Never proven: the first session stays the one in use.
      pair.here.sealer.install(SessionPair(number, isProven: false).initiator)
      #expect(pair.here.send([frame]).first?.bytes[4] == 3)
    }
    for number in UInt8(2)...4 { pair.there.sealer.install(SessionPair(number).responder) }
    #expect(pair.there.receive(first).count == 1)
    pair.there.sealer.install(SessionPair(5).responder)
    #expect(pair.there.receive(pair.here.send([frame])).isEmpty)
    #expect(pair.there.drops == [.dropUnknownSession: 1])
  }

  @Test("The newest datagram of the newest session that the peer holds shows where it is")
  func ahead() throws {
    let pair = try SealedPair()
    func header(_ train: [RecordedTrain]) throws -> DatagramHeader {
      let bytes = try #require(train.first).bytes
      return DatagramHeader(session: UInt32(bytes[4]), counter: UInt64(bytes[8]))
    }
    let first = pair.here.send([frame])
    let second = pair.here.send([frame])
    #expect(try pair.there.sealer.isAhead(header(first)))
    #expect(pair.there.receive(second).count == 1)
    #expect(try !pair.there.sealer.isAhead(header(first)))
    #expect(try !pair.there.sealer.isAhead(header(second)))
    let third = pair.here.send([frame])
    #expect(try pair.there.sealer.isAhead(header(third)))

    // New keys here that the peer may not have yet: it goes on under the old, and may move meanwhile.
    let keys = SessionPair(2, isProven: false)
    pair.there.sealer.install(keys.initiator)
    #expect(try pair.there.sealer.isAhead(header(third)))
    pair.here.sealer.install(keys.responder)
    let fourth = pair.here.send([frame])
    #expect(try pair.there.sealer.isAhead(header(fourth)))
    #expect(pair.there.receive(fourth).count == 1)
    // It has them: what it said before shows nothing any more.
    #expect(try !pair.there.sealer.isAhead(header(third)))
    pair.there.sealer.wipe(4)
    #expect(try !pair.there.sealer.isAhead(header(fourth)))
  }

  @Test("Losses of ended sessions stay counted")
  func losses() throws {
    let pair = try SealedPair()
    let lost = pair.here.send([frame])
    #expect(lost.count == 1)
    #expect(pair.there.receive(pair.here.send([frame])).count == 1)
    #expect(pair.there[.datagramsLost] == 1)
    let second = SessionPair(2)
    pair.here.sealer.install(second.initiator)
    pair.there.sealer.install(second.responder)
    pair.there.sealer.wipe(3)
    #expect(pair.there.receive(pair.here.send([frame])).count == 1)
    #expect(pair.there[.datagramsLost] == 1)
  }

  @Test("Before a key is used up, nothing more is sealed under it")
  func hardStop() throws {
    var slab = try Slab(size: 1 << 16)
    var session = Session<DirectionKey>(slab.carve(Session<DirectionKey>.footprint))
    #expect(session.isFree)
    session.begin(SessionPair(1).initiator, number: 1)
    #expect(session.hasCounters)
    // The sums of docs/SECURITY.md are about this number.
    #expect(Session<DirectionKey>.hardStop == 1_073_741_824)
    session.counter = 1_073_741_824 - Session<DirectionKey>.margin
    #expect(session.hasCounters)
    session.counter += 1
    #expect(!session.hasCounters)
    session.wipe()
    #expect(session.isFree)
    #expect(Session<DirectionKey>.margin > 65_535)
  }

  @Test("A lane whose key is nearly used up sends nothing and counts that, until there is another")
  func usedUp() throws {
    let pair = try SealedPair()
    let last = Session<DirectionKey>.hardStop - Session<DirectionKey>.margin
    pair.here.sealer.sessions[0].counter = last
    let sent = pair.here.send([frame])
    #expect(sent.count == 1)
    #expect(pair.there.receive(sent).count == 1)
    #expect(!pair.here.sealer.isReady)
    for count in 1...3 {
      #expect(pair.here.send([frame]).isEmpty)
      #expect(pair.here.drops == [.dropNoSession: count])
    }
    // Super-packets stop at the same place, and count as their segments.
    #expect(pair.here.send([TCPCase(payload: 2_785, gsoSize: 1_392).frame]).isEmpty)
    #expect(pair.here.drops == [.dropNoSession: 6])

    pair.here.sealer.install(SessionPair(2).initiator)
    pair.there.sealer.install(SessionPair(2).responder)
    #expect(pair.there.receive(pair.here.send([frame])).count == 1)
  }

  @Test("At the stop itself no header is begun, whoever asks")
  func stopped() async {
    await #expect(processExitsWith: .failure) {
      let pair = try SealedPair()
      pair.here.sealer.sessions[0].counter = Session<DirectionKey>.hardStop
      pair.here.sealer.begin(pair.here.memory.probe.slice(0, 100))
    }
    await #expect(processExitsWith: .success) {
      let pair = try SealedPair()
      pair.here.sealer.sessions[0].counter = Session<DirectionKey>.hardStop - 1
      pair.here.sealer.begin(pair.here.memory.probe.slice(0, 100))
    }
  }

  @Test("What was begun under one session is never sealed under another: its nonce would be reused")
  func begunElsewhere() async {
    await #expect(processExitsWith: .failure) {
      let pair = try SealedPair()
      let datagram = pair.here.memory.probe.slice(0, 100)
      pair.here.sealer.begin(datagram)
      pair.here.sealer.install(SessionPair(2).initiator)
      pair.here.sealer.seal(datagram.slice(16, 68), into: datagram)
    }
    await #expect(processExitsWith: .success) {
      let pair = try SealedPair()
      let datagram = pair.here.memory.probe.slice(0, 100)
      pair.here.sealer.begin(datagram)
      pair.here.sealer.seal(datagram.slice(16, 68), into: datagram)
    }
  }
}
