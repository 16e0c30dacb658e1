import Crypto
import Dataplane
import Testing

@testable import Handshake

@Suite struct NoiseVectorTests {
  @Test("Both sources have vectors")
  func count() { #expect(NoiseVector.all.count == 3) }

  @Test("Handshake and transport agree with published vectors", arguments: NoiseVector.all)
  func agree(vector: NoiseVector) throws {
    var initiator = try state(
      .initiator, vector.initPrologue, vector.initStatic, vector.initEphemeral, vector.initPsks)
    var responder = try state(
      .responder, vector.respPrologue, vector.respStatic, vector.respEphemeral, vector.respPsks)
    for (index, message) in vector.messages.prefix(3).enumerated() {
      let payload = bytes(hex: message.payload)
      let written: [UInt8]
      let read: [UInt8]
      if index == 1 {
        written = try responder.writeMessage(payload)
        read = try initiator.readMessage(written[...])
      } else {
        written = try initiator.writeMessage(payload)
        read = try responder.readMessage(written[...])
      }
      #expect(hex(written) == message.ciphertext)
      #expect(read == payload)
    }
    #expect(initiator.isFinished && responder.isFinished)
    #expect(initiator.handshakeHash == responder.handshakeHash)
    if let hash = vector.handshakeHash { #expect(hex(initiator.handshakeHash) == hash) }
    #expect(initiator.remoteStatic?.bytes == (try publicKey(vector.respStatic)))
    #expect(responder.remoteStatic?.bytes == (try publicKey(vector.initStatic)))
    try transport(vector, initiator.split(), responder.split())
  }

  /// The first key of Split is the initiator's to send with. The fourth message is the responder's.
  private func transport(
    _ vector: NoiseVector, _ initiator: (SymmetricKey, SymmetricKey),
    _ responder: (SymmetricKey, SymmetricKey)
  ) throws {
    var sending = [CipherState(responder.1), CipherState(initiator.0)]
    var receiving = [CipherState(initiator.1), CipherState(responder.0)]
    #expect(vector.messages.count > 4)
    for (index, message) in vector.messages.dropFirst(3).enumerated() {
      let payload = bytes(hex: message.payload)
      let sealed = try sending[index % 2].encryptWithAd([], payload)
      #expect(hex(sealed) == message.ciphertext)
      #expect(try receiving[index % 2].decryptWithAd([], sealed[...]) == payload)
    }
  }

  private func state(
    _ role: Role, _ prologue: String, _ identity: String, _ ephemeral: String, _ psks: [String]?
  ) throws -> HandshakeState {
    HandshakeState(
      role, prologue: bytes(hex: prologue), identity: try key(identity),
      ephemeral: try key(ephemeral),
      psk: psks?.first.map { bytes(hex: $0).withUnsafeBytes { Secret($0) } })
  }

  private func key(_ text: String) throws -> Curve25519.KeyAgreement.PrivateKey {
    try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes(hex: text))
  }

  private func publicKey(_ text: String) throws -> [UInt8] {
    Array(try key(text).publicKey.rawRepresentation)
  }
}
