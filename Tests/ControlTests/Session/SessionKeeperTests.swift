import Dataplane
import Testing

@testable import Control

/// Sessions of two hosts that have nothing against each other, as time passes.
@Suite struct SessionKeeperTests {
  @Test("Both begin at once, and one session comes of it", arguments: 0..<8)
  func first(_: Int) throws {
    let wire = try Wire()
    wire.run(3)
    #expect(wire.alice.sessions.count == 1 && wire.bob.sessions.count == 1)
    #expect(wire.alice.incidents.isEmpty && wire.bob.incidents.isEmpty)
    let (one, other) = (wire.alice.sessions[0], wire.bob.sessions[0])
    #expect(one.isInitiator != other.isInitiator)
    #expect(one.number == 1 && one.address == Wire.bobAddress)
    #expect(try one.key == wire.bob.key && other.key == wire.alice.key)
    #expect(one.peer.lanes == 1 && one.peer.mtu == 1_400)
    #expect(one.cipher == .aes256GCM)
    #expect(wire.isAgreed)
    #expect(!wire.alice.lanes.isReleased)
    // What waits for what is not to come keeps nobody awake.
    wire.run(30)
    let minute = wire.now + .seconds(60)
    for keeper in [wire.alice.keeper, wire.bob.keeper] {
      #expect(try #require(keeper.deadline) > minute)
    }
  }

  @Test("Each lane says where it lives, of those that both sides have")
  func announcements() throws {
    let wire = try Wire { alice, bob in
      alice.lanes = 4
      bob.lanes = 2
    }
    wire.run(3)
    #expect(wire.alice.lanes.keepAlives[..<2].allSatisfy { $0 > 0 })
    #expect(wire.alice.lanes.keepAlives[2...].allSatisfy { $0 == 0 })
    #expect(wire.bob.lanes.keepAlives.allSatisfy { $0 > 0 })
    #expect(wire.alice.sessions.first?.peer.lanes == 2)
    #expect(wire.bob.sessions.first?.peer.lanes == 4)
  }

  @Test("The initiator has a session once the peer has shown that it has the keys")
  func proof() throws {
    let wire = try Wire(isStarted: false, bobAwaits: true)
    wire.passes = { $0.isHandshake }
    wire.start()
    #expect(wire.bob.sessions.count == 1)
    #expect(wire.bob.lanes.sending != nil)
    #expect(wire.alice.lanes.indices.count == 1)
    #expect(wire.alice.lanes.sending == nil && wire.alice.sessions.isEmpty)
    // It asks again, and is answered by data.
    wire.passes = { _ in true }
    wire.run(0.25)
    #expect(wire.alice.sessions.count == 1 && wire.bob.sessions.count == 1)
    #expect(wire.isAgreed)
  }

  @Test("Keys that nobody proves are forgotten, and a new handshake begins")
  func unproven() throws {
    let wire = try Wire(isStarted: false, bobAwaits: true)
    wire.passes = { $0.type != 4 }
    wire.start()
    wire.run(9.9)
    #expect(wire.alice.lanes.indices.count == 1)
    wire.passes = { $0.type != 4 && $0.type != 2 }
    wire.run(0.2)
    #expect(wire.alice.events == [.unheard(seconds: 5), .unproven])
    #expect(wire.alice.lanes.indices.isEmpty)
    wire.passes = { _ in true }
    wire.run(5)
    #expect(wire.alice.sessions.count == 1)
    #expect(wire.isAgreed)
  }

  @Test("A lane's proof is news once, however many lanes have it")
  func manyProofs() throws {
    let wire = try Wire { alice, bob in
      (alice.lanes, bob.lanes) = (8, 8)
    }
    wire.run(2)
    #expect(wire.alice.sessions.count == 1 && wire.bob.sessions.count == 1)
    for host in [wire.alice, wire.bob] {
      #expect(host.lanes.keepAlives.allSatisfy { $0 <= 2 }, "\(host.lanes.keepAlives)")
    }
  }

  @Test("The initiator replaces keys when it is time")
  func rekey() throws {
    let wire = try Wire()
    wire.run(2)
    let roles = wire.alice.sessions[0].isInitiator
    wire.run(117)
    #expect(wire.alice.sessions.count == 1)
    wire.run(3)
    #expect(wire.alice.sessions.count == 2 && wire.bob.sessions.count == 2)
    #expect(wire.alice.sessions[1].number == 2)
    // Whoever began the last one begins the next, so that the other has no reason to.
    #expect(wire.alice.sessions[1].isInitiator == roles)
    #expect(wire.alice.incidents.isEmpty && wire.bob.incidents.isEmpty)
    // The old keys serve on for what is under way.
    #expect(wire.alice.lanes.indices.count == 2)
    wire.run(62)
    #expect(wire.alice.lanes.indices.count == 1 && wire.bob.lanes.indices.count == 1)
    #expect(wire.isAgreed)
    wire.run(600)
    #expect((6...8).contains(wire.alice.sessions.count))
    #expect(wire.alice.sessions.count == wire.bob.sessions.count)
  }

  @Test("New keys are due after 2²⁸ datagrams of all lanes together, counted anew for each")
  func rekeyByUse() throws {
    let wire = try Wire {
      $0.lanes = 2
      $1.lanes = 2
    }
    wire.run(2)
    for sessions in 1...3 {
      for lane in 0...1 { wire.alice.lanes.carry((1 << 27) - 1_000, lane: lane) }
      wire.run(3)
      #expect(wire.alice.sessions.count == sessions)
      for lane in 0...1 { wire.alice.lanes.carry(1_000, lane: lane) }
      wire.run(3)
      #expect(wire.alice.sessions.count == sessions + 1 && wire.bob.sessions.count == sessions + 1)
      #expect(wire.isAgreed)
    }
  }

  @Test("The responder takes over where the initiator does not come")
  func responderRekeys() throws {
    let wire = try Wire(bobAwaits: true) { _, bob in bob.rekey = 30 }
    wire.run(39)
    #expect(wire.bob.sessions.count == 1 && !wire.bob.sessions[0].isInitiator)
    wire.run(3)
    #expect(wire.alice.sessions.count == 2 && wire.bob.sessions.count == 2)
    #expect(wire.bob.sessions[1].isInitiator)
    #expect(wire.isAgreed)
  }

  @Test("Keys are wiped after three minutes, whatever comes")
  func lifetime() throws {
    let wire = try Wire()
    wire.run(2)
    wire.passes = { !$0.isHandshake }
    wire.run(176)
    #expect(wire.isAgreed)
    wire.run(4)
    #expect(wire.alice.lanes.indices.isEmpty && wire.bob.lanes.indices.isEmpty)
    // They go on trying, and say so.
    wire.passes = { _ in true }
    wire.run(10)
    #expect(wire.alice.sessions.count == 2)
    #expect(wire.isAgreed)
  }

  @Test("A peer that has gone while nobody spoke is missed when its keys are due")
  func goneWhileIdle() throws {
    let wire = try Wire()
    wire.run(2)
    wire.bob.isRunning = false
    wire.run(110)
    #expect(wire.alice.incidents.isEmpty)
    wire.run(40)
    #expect(wire.alice.incidents == [.silent(seconds: 15)])
    wire.run(40)
    #expect(wire.alice.lanes.indices.isEmpty)
    try wire.bob.restart(now: wire.now)
    wire.run(2)
    #expect(wire.alice.takeEvents().suffix(1) == [.back])
    #expect(wire.isAgreed)
  }

  @Test("Lanes that are quiet keep their path open; the others have no need to")
  func keepAlive() throws {
    let wire = try Wire { alice, bob in
      (alice.lanes, bob.lanes) = (2, 2)
      alice.keepalive = 2
    }
    wire.run(3)
    let before = wire.alice.lanes.sent
    let others = wire.bob.lanes.keepAlives
    for _ in 0..<40 {
      wire.alice.lanes.send(lane: 0)
      wire.bob.lanes.send(lane: 0)
      wire.run(0.25)
    }
    let sent = zip(wire.alice.lanes.sent, before).map { $0 - $1 }
    #expect(sent[0] == 40)
    #expect(sent[1] == 5)
    #expect(wire.bob.lanes.keepAlives == others)
  }

  @Test("Without --keepalive an idle tunnel says nothing")
  func idle() throws {
    let wire = try Wire()
    wire.run(12)
    _ = wire.takeLog()
    wire.run(100)
    #expect(wire.takeLog().isEmpty)
  }

  @Test("A peer that is not there is called for ever, and packets are not kept for it")
  func alone() throws {
    let wire = try Wire(isStarted: false)
    wire.bob.isRunning = false
    wire.start()
    wire.run(4.5)
    #expect(!wire.alice.lanes.isReleased && wire.alice.events.isEmpty)
    wire.run(0.6)
    #expect(wire.alice.lanes.isReleased)
    wire.run(600)
    #expect(wire.alice.events == [.unheard(seconds: 5)])
    // Its name is looked up again now and then.
    #expect(wire.alice.questions == 121)
    _ = wire.takeLog()
    wire.run(100)
    // Five repeats and a fresh one within each twenty seconds, and a bit.
    #expect((25...40).contains(wire.takeLog().count))
  }

  @Test("A late peer is there at once", arguments: 0..<8)
  func late(_: Int) throws {
    let wire = try Wire(isStarted: false)
    wire.bob.isRunning = false
    wire.alice.start(now: wire.now)
    wire.run(9)
    try wire.bob.restart(now: wire.now)
    wire.run(0.1)
    #expect(wire.alice.sessions.count == 1 && wire.bob.sessions.count == 1)
  }

  @Test("The cipher is the one that both have")
  func cipher() throws {
    let wire = try Wire { _, bob in bob.ciphers = [.chaCha20Poly1305] }
    wire.run(2)
    #expect(wire.alice.sessions.first?.cipher == .chaCha20Poly1305)
    #expect(wire.alice.lanes.cipher == .chaCha20Poly1305)

    let other = try Wire { alice, bob in
      (alice.ciphers, bob.ciphers) = ([.aes256GCM], [.chaCha20Poly1305])
    }
    other.run(20)
    #expect(other.alice.sessions.isEmpty && other.bob.sessions.isEmpty)
    #expect((other.alice.log.lines + other.bob.log.lines).contains { $0.contains("--cipher") })
  }
}
