import Dataplane
import Testing

@testable import Control

/// Peers that go away, come back, and come back elsewhere.
@Suite struct LostPeerTests {
  /// A wire whose hosts have a session, with alice having something to say four times a second.
  private func talk(_ wire: Wire, _ seconds: Int) {
    for _ in 0..<seconds * 4 {
      wire.alice.lanes.send(lane: 0)
      wire.run(0.25)
    }
  }

  @Test("A silent peer is asked, then looked for, and welcomed back")
  func silence() throws {
    let wire = try Wire()
    wire.run(2)
    wire.passes = { _ in false }
    _ = wire.alice.takeEvents()
    _ = wire.takeLog()
    talk(wire, 8)
    #expect(wire.alice.lanes.keepAlives[0] >= 3)
    #expect(!wire.takeLog().contains { $0.type == 1 })
    talk(wire, 4)
    #expect(wire.takeLog().contains { $0.type == 1 })
    #expect(wire.alice.questions == 1)
    #expect(wire.alice.events.isEmpty)
    talk(wire, 30)
    #expect(wire.alice.events == [.silent(seconds: 15)])
    #expect((3...4).contains(wire.alice.questions))
    #expect(wire.alice.lanes.reconnects == wire.alice.questions)

    wire.passes = { _ in true }
    talk(wire, 10)
    #expect(wire.alice.incidents == [.silent(seconds: 15), .back])
    #expect(wire.isAgreed)
  }

  @Test("A peer that answers probes is not looked for")
  func oneWay() throws {
    let wire = try Wire()
    wire.run(2)
    talk(wire, 60)
    #expect(wire.alice.incidents.isEmpty && wire.bob.incidents.isEmpty)
    #expect(wire.alice.questions == 0)
    #expect(wire.alice.sessions.count == 1)
  }

  @Test("Whoever is started again is back at once", arguments: [[0], [1], [0, 1], [1, 0]])
  func restart(order: [Int]) throws {
    let wire = try Wire()
    wire.run(20)
    for which in order { try [wire.alice, wire.bob][which].restart(now: wire.now) }
    wire.run(1)
    #expect(wire.isAgreed)
    #expect(wire.alice.sessions.count == (order.contains(0) ? 1 : 2))
    #expect(wire.bob.sessions.count == (order.contains(1) ? 1 : 2))
    #expect(wire.alice.incidents.isEmpty && wire.bob.incidents.isEmpty)
  }

  @Test("A side that awaits its peer is found again when it was started again")
  func awaiting() throws {
    let wire = try Wire(bobAwaits: true)
    wire.run(2)
    #expect(wire.bob.sessions.count == 1)
    try wire.bob.restart(now: wire.now)
    talk(wire, 9)
    #expect(wire.bob.sessions.isEmpty)
    talk(wire, 3)
    #expect(wire.bob.sessions.count == 1)
    #expect(wire.isAgreed)
  }

  @Test("Whoever is awaited is not called once its keys are gone")
  func awaited() throws {
    let wire = try Wire(bobAwaits: true)
    wire.run(2)
    wire.alice.isRunning = false
    wire.run(190)
    #expect(wire.bob.lanes.indices.isEmpty)
    _ = wire.takeLog()
    wire.run(600)
    #expect(wire.takeLog().isEmpty)
    #expect(wire.bob.keeper.deadline == nil)
    try wire.alice.restart(now: wire.now)
    wire.run(2)
    #expect(wire.isAgreed)
  }

  @Test("A peer whose address changes is followed on every lane, whichever sends")
  func moved() throws {
    let wire = try Wire(bobAwaits: true) { alice, bob in
      (alice.lanes, bob.lanes) = (3, 3)
    }
    wire.run(3)
    wire.alice.lanes.own = Wire.elsewhere
    _ = wire.bob.takeEvents()
    wire.alice.lanes.send(lane: 0)
    wire.run(0.1)
    #expect(wire.bob.events == [.moved(lane: 0, Wire.elsewhere)])
    #expect(wire.bob.lanes.remotes[0] == Wire.elsewhere)
    // The others have not sent: each is asked where it is.
    wire.run(1)
    #expect(wire.bob.lanes.remotes == (0..<3).map { Wire.elsewhere.lane($0) })
    #expect(wire.bob.sessions.isEmpty && wire.alice.sessions.count == 1)
    #expect(wire.isAgreed)
  }

  @Test("Where a move and a handshake cross, what lane 0 did last is where the peer is")
  func crossed() throws {
    let wire = try Wire(bobAwaits: true)
    wire.run(2)
    // The move came first, and the handshake was heard of before it.
    wire.bob.lanes.tell(.moved(lane: 0, Wire.elsewhere))
    wire.bob.lanes.tell(.connected(Wire.aliceAddress))
    wire.alice.lanes.send(lane: 0)
    wire.run(0.1)
    #expect(wire.bob.events.contains(.moved(lane: 0, Wire.elsewhere)))
    // Her handshakes come by the lane, and are answered to where she is.
    try wire.alice.restart(now: wire.now)
    wire.run(2)
    #expect(wire.alice.sessions.count == 1)
    #expect(wire.isAgreed)
  }

  @Test("A NAT may give each lane any port")
  func nat() throws {
    let wire = try Wire(isStarted: false, bobAwaits: true) { alice, bob in
      (alice.lanes, bob.lanes) = (3, 3)
    }
    func map(_ ports: [UInt16]) {
      for (lane, port) in ports.enumerated() {
        wire.nat[Wire.aliceAddress.lane(lane)] = SocketAddress(Wire.elsewhere.address, port: port)
      }
    }
    map([40_000, 1_024, 65_535])
    wire.start()
    wire.run(2)
    #expect(wire.bob.lanes.remotes.map { $0?.port } == [40_000, 1_024, 65_535])
    #expect(wire.bob.sessions.count == 1 && wire.bob.strangers == 0)
    // It forgets, and maps anew.
    map([50_000, 50_002, 50_001])
    wire.alice.lanes.send(lane: 2)
    wire.run(2)
    #expect(wire.bob.lanes.remotes.map { $0?.port } == [50_000, 50_002, 50_001])
    #expect(wire.isAgreed)
  }

  @Test("A handshake from elsewhere is a move, too")
  func movedWhileSilent() throws {
    let wire = try Wire()
    wire.run(2)
    _ = wire.bob.takeEvents()
    wire.alice.lanes.own = Wire.elsewhere
    try wire.alice.restart(now: wire.now)
    wire.run(2)
    #expect(wire.bob.incidents == [.moved(lane: 0, Wire.elsewhere)])
    #expect(wire.isAgreed)
  }

  @Test("A name that stands for another address now is followed while the peer is lost")
  func resolved() throws {
    let wire = try Wire()
    wire.run(2)
    // Bob awaits calls from now on, elsewhere.
    wire.bob.lanes.own = Wire.elsewhere
    let key = try wire.alice.key
    try wire.bob.restart(
      {
        $0.peer = nil
        $0.peerKey = key
      }, now: wire.now)
    // Nobody misses it yet: the answer changes nothing.
    wire.alice.resolve(Wire.elsewhere, now: wire.now)
    #expect(wire.alice.lanes.remotes[0] == Wire.bobAddress)
    wire.alice.resolve(Wire.bobAddress, now: wire.now)
    talk(wire, 12)
    #expect(wire.alice.questions == 1)
    _ = wire.alice.takeEvents()
    wire.alice.resolve(Wire.elsewhere, now: wire.now)
    #expect(wire.alice.takeEvents() == [.moved(lane: 0, Wire.elsewhere)])
    talk(wire, 2)
    #expect(wire.isAgreed)
    wire.alice.resolve(Wire.elsewhere, now: wire.now)
    #expect(!wire.alice.events.contains(.moved(lane: 0, Wire.elsewhere)))
  }

  @Test("A peer that went elsewhere and comes back to where --peer says is found there")
  func home() throws {
    let wire = try Wire()
    wire.run(2)
    wire.bob.lanes.own = Wire.elsewhere
    wire.bob.lanes.send(lane: 0)
    wire.run(3)
    #expect(wire.alice.lanes.remotes[0] == Wire.elsewhere)
    wire.bob.lanes.own = Wire.bobAddress
    let key = try wire.alice.key
    try wire.bob.restart(
      {
        $0.peer = nil
        $0.peerKey = key
      }, now: wire.now)
    talk(wire, 25)
    #expect(wire.isAgreed)
    #expect(wire.alice.lanes.remotes[0] == Wire.bobAddress)
  }
}
