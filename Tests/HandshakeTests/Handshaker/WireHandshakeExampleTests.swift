import Crypto
import Dataplane
import Testing

@testable import Handshake

/// docs/wire-handshake-example.hex says what a handshake is, byte by byte: it must be so on both sides.
/// The two sides of other tests change together, and go on understanding each other.
@Suite("The handshakes of docs/WIRE.md")
struct WireHandshakeExampleTests {
  private let example: WireHandshakeExample

  init() throws { example = try WireHandshakeExample() }

  @Test("The offers are what the comments say")
  func offers() throws {
    var initiator = Offer(lanes: 4, mtu: 1_428, basePort: 51_900)
    initiator.index = 0x1122_3344
    var responder = Offer(
      lanes: 2, ciphers: [.chaCha20Poly1305], prefersChaCha: true, mtu: 1_408, basePort: 4_000)
    responder.index = 0x5566_7788
    #expect(try Offer(decoding: example.initiator.offer) == initiator)
    #expect(try Offer(decoding: example.responder.offer) == responder)
  }

  @Test("Both sides write the same bytes and have the same keys", arguments: [false, true])
  func transcript(hasPSK: Bool) throws {
    var exchange = Exchange(
      alice: try configuration(example.initiator, hasPSK: hasPSK, drawsIndexFirst: false),
      bob: try configuration(example.responder, hasPSK: hasPSK, drawsIndexFirst: true))
    // Known to be there: no cookie is asked for.
    exchange.bob.peerAddress = Exchange.alice
    exchange.begin(\.alice)
    exchange.deliver()
    try #require(exchange.isAgreed)
    let alice = try #require(exchange.alice.session)
    let bob = try #require(exchange.bob.session)
    let expected = hasPSK ? example.withPSK : example.withoutPSK
    let messages = exchange.log.filter { $0.type != Flight.dataType }.map(\.datagram)
    try #require(messages.count == expected.messages.count)
    for (message, expected) in zip(messages, expected.messages) {
      #expect(hex(message) == hex(expected))
    }
    #expect(hex(alice.handshakeHash) == hex(expected.handshakeHash))
    #expect(hex(bob.handshakeHash) == hex(expected.handshakeHash))
    #expect([alice.keys.sending, alice.keys.receiving].map(hex) == expected.keys.map(hex))
    #expect([bob.keys.receiving, bob.keys.sending].map(hex) == expected.keys.map(hex))
    #expect(alice.keys.cipher == .chaCha20Poly1305)
  }

  private func configuration(
    _ side: WireHandshakeExample.Side, hasPSK: Bool, drawsIndexFirst: Bool
  ) throws -> Handshaker.Configuration {
    let offer = try Offer(decoding: side.offer)
    let identity = Identity(
      try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: side.identity))
    // The secret of cookies, which nobody asks for, comes before all else.
    let secret = [UInt8](repeating: 0, count: 32)
    var index: [UInt8] = []
    index.append(little: UInt64(offer.index))
    let drawn = drawsIndexFirst ? index + side.ephemeral : side.ephemeral + index
    return Handshaker.Configuration(
      identity: identity,
      psk: hasPSK ? example.psk.withUnsafeBytes { Secret($0) } : nil,
      offer: offer, random: ScriptedRandom(secret + drawn)
    ) { _, _ in .trusted }
  }

  private func hex(_ secret: Secret) -> String { secret.withBytes { HandshakeTests.hex($0) } }

  private func hex(_ bytes: [UInt8]) -> String { HandshakeTests.hex(bytes) }
}
