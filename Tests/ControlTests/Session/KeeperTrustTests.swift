import Dataplane
import Glibc
import Handshake
import Testing

@testable import Control

/// Whom a keeper takes for the peer, and what it says of others.
@Suite struct KeeperTrustTests {
  private let other = PublicKey(bytes: [UInt8](repeating: 7, count: 32))!

  @Test("The first key that is met is noted, and no other is taken from then on")
  func firstUse() throws {
    let wire = try Wire()
    wire.run(2)
    let key = try wire.bob.key
    #expect(wire.alice.folder.text("known_peers") == "192.0.2.2:51900 \(key)\n")
    #expect(wire.alice.log.lines.count { $0.contains("for the first time") } == 1)

    // Somebody else is there now.
    #expect(unlink(wire.bob.folder.file("identity")) == 0)
    try wire.bob.restart(now: wire.now)
    wire.run(15)
    #expect(wire.bob.sessions.isEmpty)
    let line = try #require(wire.alice.log.lines.first { $0.contains("refused") })
    #expect(line.contains("\(Fingerprint(key))"))
    #expect(line.contains("\(Fingerprint(try wire.bob.key))"))
    #expect(line.contains("remove line 1 of \(wire.alice.folder.file("known_peers"))"))
    #expect(wire.alice.keeper.drops.counts["drop_handshake_peer_key"]! > 0)
    #expect(wire.alice.folder.text("known_peers") == "192.0.2.2:51900 \(key)\n")
  }

  @Test("Another key than --peer-key gives is refused, with both fingerprints")
  func wrongKey() throws {
    let other = other
    let wire = try Wire { alice, _ in alice.peerKey = other }
    wire.run(12)
    #expect(wire.alice.sessions.isEmpty)
    let line = try #require(wire.alice.log.lines.first { $0.contains("refused 192.0.2.2:51900") })
    #expect(line.contains("\(Fingerprint(other))"))
    #expect(line.contains("\(Fingerprint(try wire.bob.key))"))
    #expect(line.contains("--peer-key"))
    // Now and then, however often it comes.
    #expect(wire.alice.log.lines.count { $0.contains("refused") } <= 2)
    #expect(!wire.alice.folder.names.contains("known_peers"))
  }

  @Test(
    "Different pre-shared keys end in no session, and a line that says so",
    arguments: [(1, 2), (nil, 2), (1, nil)] as [(UInt8?, UInt8?)])
  func presharedKeys(one: UInt8?, two: UInt8?) throws {
    let wire = try Wire { alice, bob in
      (alice.psk, bob.psk) = (one, two)
    }
    wire.run(25)
    #expect(wire.alice.sessions.isEmpty && wire.bob.sessions.isEmpty)
    for host in [wire.alice, wire.bob] {
      // A peer that has not shown that it has the secret is not remembered.
      #expect(host.folder.text("known_peers") == "")
    }
    let told = (wire.alice.log.lines + wire.bob.log.lines).count { $0.contains("pre-shared key") }
    #expect(told > 0)
    let drops = [wire.alice, wire.bob].reduce(0) {
      $0 + $1.keeper.drops.counts["drop_handshake_authentication"]!
    }
    #expect(drops > 0)
  }

  @Test("The same pre-shared key is taken, and the peer noted")
  func presharedKey() throws {
    let wire = try Wire { alice, bob in
      (alice.psk, bob.psk) = (5, 5)
    }
    wire.run(2)
    #expect(wire.isAgreed)
    #expect(try wire.alice.folder.text("known_peers") == "192.0.2.2:51900 \(wire.bob.key)\n")
  }

  @Test("A first key is noted once its holder has shown that it has the session's")
  func pinsWhatIsProven() throws {
    let wire = try Wire(isStarted: false, bobAwaits: true)
    wire.passes = { $0.isHandshake }
    wire.start()
    #expect(wire.bob.sessions.count == 1)
    #expect(wire.alice.folder.text("known_peers") == "")
    wire.passes = { _ in true }
    wire.run(1)
    #expect(try wire.alice.folder.text("known_peers") == "192.0.2.2:51900 \(wire.bob.key)\n")
  }

  @Test("Where another process met another key meanwhile, that one holds")
  func overtaken() throws {
    let wire = try Wire(isStarted: false)
    _ = wire.alice.folder.write("192.0.2.2:51900 \(other)\n", to: "known_peers")
    wire.start()
    wire.run(15)
    #expect(wire.alice.sessions.isEmpty)
    #expect(wire.alice.lanes.indices.isEmpty)
    #expect(wire.alice.log.lines.contains { $0.contains("refused") })
  }

  @Test("A first key is taken from the address of --peer only")
  func stranger() throws {
    let wire = try Wire(isStarted: false)
    wire.bob.lanes.own = Wire.elsewhere
    try wire.bob.restart(now: wire.now)
    wire.start()
    wire.run(3)
    #expect(wire.alice.sessions.isEmpty)
    #expect(wire.alice.folder.text("known_peers") == "")
    #expect(wire.alice.log.lines.contains { $0.contains("give --peer-key to take it") })
  }

  @Test("An identity that was copied is told of")
  func copied() throws {
    let wire = try Wire(isStarted: false)
    let text = try #require(wire.alice.folder.text("identity"))
    _ = wire.bob.folder.write(text, to: "identity")
    try wire.bob.restart(now: wire.now)
    wire.start()
    wire.run(12)
    #expect(wire.alice.sessions.isEmpty && wire.bob.sessions.isEmpty)
    #expect((wire.alice.log.lines + wire.bob.log.lines).contains { $0.contains("own identity") })
  }
}
