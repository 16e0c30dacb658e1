import Dataplane
import Testing

@testable import Handshake

@Suite struct TrustTests {
  @Test(
    "Pre-shared keys that differ, or that one side lacks, end in a drop that says so",
    arguments: [(UInt8?.some(1), UInt8?.some(2)), (1, nil), (nil, 1)])
  func psk(ofAlice: UInt8?, ofBob: UInt8?) {
    var exchange = Exchange(alice: .sample(1, psk: ofAlice), bob: .sample(2, psk: ofBob))
    exchange.begin(\.alice)
    exchange.run(for: .seconds(60))
    #expect(exchange.bob.established.isEmpty)
    #expect((exchange.alice.drops + exchange.bob.drops).contains(.authentication))
    // The pre-shared key goes into the last message: the initiator has keys that nobody else has, and
    // hears so.
    #expect(exchange.alice.proven.isEmpty)
    #expect(exchange.alice.unproven.count >= exchange.alice.established.count - 1)
    #expect(exchange.alice.established.isEmpty == (ofAlice == nil || ofBob == nil))
  }

  @Test("An initiator that has another pre-shared key costs three computations, then one a second")
  func wrongPSKRate() {
    var exchange = Exchange(alice: .sample(1, psk: 1), bob: .sample(2, psk: 2))
    exchange.begin(\.alice)
    exchange.deliver()
    let third = exchange.log.last { $0.type == 3 }!
    for _ in 0..<1_000 {
      exchange.send([third])
      exchange.run(for: .milliseconds(1))
    }
    #expect(exchange.bob.drops.count { $0 == .authentication } <= 4)
    #expect(exchange.bob.drops.count { $0 == .rateLimited } >= 996)
  }

  @Test("A peer with another key is named and refused, at either end", arguments: [false, true])
  func wrongKey(initiatorMinds: Bool) {
    let identities = [Identity(), Identity()]
    let other = Identity().publicKey
    var exchange = Exchange(
      alice: .sample(1, identity: identities[0], trusted: initiatorMinds ? other : nil),
      bob: .sample(2, identity: identities[1], trusted: initiatorMinds ? nil : other))
    exchange.begin(\.alice)
    exchange.run(for: .seconds(9))
    #expect(exchange.bob.established.isEmpty)
    if initiatorMinds {
      #expect(exchange.alice.established.isEmpty)
      #expect(exchange.alice.drops.contains(.wrongPeerKey(identities[1].publicKey)))
      #expect(!exchange.log.contains { $0.type == 3 })
    } else {
      #expect(exchange.bob.drops.contains(.wrongPeerKey(identities[0].publicKey)))
      #expect(exchange.alice.proven.isEmpty)
    }
  }

  @Test("The trusted peer is still heard after another has answered")
  func wrongKeyThenRight() {
    let bob = Identity()
    var exchange = Exchange(
      alice: .sample(1, trusted: bob.publicKey), bob: .sample(2))
    exchange.begin(\.alice)
    exchange.deliver()
    #expect(exchange.alice.established.isEmpty)
    exchange.restart(\.bob, .sample(3, identity: bob))
    exchange.run(for: .seconds(1))
    #expect(exchange.isAgreed)
  }

  @Test("A host does not make a session with itself")
  func ownKey() {
    let identity = Identity()
    var exchange = Exchange(
      alice: .sample(1, identity: identity), bob: .sample(2, identity: identity))
    exchange.begin(\.alice)
    exchange.run(for: .seconds(5))
    #expect(exchange.alice.established.isEmpty && exchange.bob.established.isEmpty)
    #expect(exchange.alice.drops.contains(.ownKey))

    // Its own datagrams, sent back by the path in the peer's name.
    exchange = Exchange.sample()
    exchange.fate = { flight in
      [Flight(datagram: flight.datagram, from: flight.to, to: flight.from)]
    }
    exchange.begin(\.alice)
    exchange.run(for: .seconds(60))
    #expect(exchange.alice.established.isEmpty)
    #expect(Set(exchange.alice.drops) == [.ownKey])
  }

  @Test("Without a common cipher there is no session, and the reason is told")
  func noCommonCipher() {
    var exchange = Exchange(
      alice: .sample(
        1, offer: Offer(lanes: 1, ciphers: [.aes256GCM], mtu: 1_400, basePort: 1)),
      bob: .sample(
        2, offer: Offer(lanes: 1, ciphers: [.chaCha20Poly1305], mtu: 1_400, basePort: 1)))
    exchange.begin(\.alice)
    exchange.run(for: .seconds(5))
    #expect(exchange.alice.established.isEmpty && exchange.bob.established.isEmpty)
    #expect(exchange.alice.drops.contains(.noCommonCipher))
  }
}
