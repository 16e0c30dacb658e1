import Crypto
import Dataplane
import Testing

@testable import Handshake

@Suite struct HandshakeStateTests {
  /// Points of low order (RFC 7748 section 6.1; the twist's among them): with each, whatever the
  /// private key, the shared secret is zeros.
  private static let lowOrder = [
    String(repeating: "00", count: 32),
    "01" + String(repeating: "00", count: 31),
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ]

  @Test("A key of low order is refused", arguments: lowOrder)
  func lowOrderPoint(point: String) throws {
    var responder = state(.responder)
    _ = try responder.readMessage(bytes(hex: point)[...])
    #expect(throws: NoiseError.lowOrderPoint) { try responder.writeMessage([]) }

    var initiator = state(.initiator)
    _ = try initiator.writeMessage([])
    let forged = bytes(hex: point) + [UInt8](repeating: 0, count: 64)
    #expect(throws: NoiseError.lowOrderPoint) { try initiator.readMessage(forged[...]) }
  }

  @Test("A message that is cut short or changed anywhere is refused", arguments: [false, true])
  func changed(hasPSK: Bool) throws {
    var initiator = state(.initiator, psk: hasPSK ? 1 : nil)
    var responder = state(.responder, psk: hasPSK ? 1 : nil)
    _ = try responder.readMessage(try initiator.writeMessage([1, 2, 3])[...])
    let second = try responder.writeMessage([4, 5, 6])
    expectRefusal(of: second, by: initiator)
    #expect(try initiator.readMessage(second[...]) == [4, 5, 6])
    let third = try initiator.writeMessage([7, 8])
    expectRefusal(of: third, by: responder)
    #expect(try responder.readMessage(third[...]) == [7, 8])
    #expect(responder.isFinished)
  }

  private func expectRefusal(of message: [UInt8], by reader: HandshakeState) {
    for index in message.indices {
      var attempt = reader
      #expect(throws: NoiseError.self) { try attempt.readMessage(message[..<index]) }
      // X25519 ignores the highest bit of a key (RFC 7748 section 5), the hash of all that was said not.
      for bit in [0, 7] {
        var changed = message
        changed[index] ^= 1 << bit
        attempt = reader
        #expect(throws: NoiseError.authentication) { try attempt.readMessage(changed[...]) }
      }
    }
  }

  @Test("Other prologues, and other or missing pre-shared keys, do not meet")
  func disagreement() throws {
    var initiator = state(.initiator)
    var responder = state(.responder, prologue: [9])
    _ = try responder.readMessage(try initiator.writeMessage([])[...])
    let second = try responder.writeMessage([])
    #expect(throws: NoiseError.authentication) { try initiator.readMessage(second[...]) }

    for responderPSK: UInt8? in [2, nil] {
      initiator = state(.initiator, psk: 1)
      responder = state(.responder, psk: responderPSK)
      // With a pre-shared key even the first message's payload is sealed, under a key that anyone has
      // who sees the message; the pre-shared key itself goes into the third.
      let first = try initiator.writeMessage([])
      guard (try? responder.readMessage(first.prefix(responderPSK == nil ? 32 : 48))) != nil else {
        Issue.record("the first message needs no secret")
        continue
      }
      let second = try responder.writeMessage([])
      guard (try? initiator.readMessage(second[...])) != nil else {
        #expect(responderPSK == nil)
        continue
      }
      #expect(responderPSK != nil)
      let third = try initiator.writeMessage([])
      #expect(throws: NoiseError.authentication) { try responder.readMessage(third[...]) }
    }
  }

  private func state(_ role: Role, prologue: [UInt8] = [], psk: UInt8? = nil) -> HandshakeState {
    HandshakeState(
      role, prologue: prologue, identity: HandshakeState.PrivateKey(),
      ephemeral: HandshakeState.PrivateKey(),
      psk: psk.map { [UInt8](repeating: $0, count: 32).withUnsafeBytes { Secret($0) } })
  }
}
