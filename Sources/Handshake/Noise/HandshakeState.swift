import Crypto
import Dataplane

/// One side of a handshake (Noise section 5.3): the pattern XX, or XXpsk3 with a pre-shared key.
///
/// A value: what is read into a copy leaves the original as it was, so that a forged message spoils
/// nothing. Each copy's secrets are wiped by their owners when the last copy goes.
struct HandshakeState {
  typealias PrivateKey = Curve25519.KeyAgreement.PrivateKey

  private enum Token { case e, s, ee, es, se, psk }

  /// Bytes of a public key, and of what Diffie-Hellman gives.
  static let keySize = 32

  let role: Role
  private var symmetric: SymmetricState
  private let localStatic: PrivateKey
  private let localEphemeral: PrivateKey
  /// The peer's identity, from when its message was read as far as that: proven only by reading the
  /// whole message.
  private(set) var remoteStatic: PublicKey?
  private var remoteEphemeral: PublicKey?
  private let psk: Secret?
  /// Messages left, and who writes the next.
  private var pattern: ArraySlice<[Token]>
  private var writer = Role.initiator

  /// Initialize(XX, initiator, prologue, s).
  ///
  /// - Parameters:
  ///   - ephemeral: for this handshake only, from a good source of randomness.
  ///   - psk: 32 bytes.
  init(
    _ role: Role, prologue: [UInt8], identity: PrivateKey, ephemeral: PrivateKey, psk: Secret?
  ) {
    precondition(psk == nil || psk?.count == Self.keySize)
    self.role = role
    self.psk = psk
    localStatic = identity
    localEphemeral = ephemeral
    symmetric = SymmetricState(
      protocolName: psk == nil
        ? "Noise_XX_25519_AESGCM_SHA256" : "Noise_XXpsk3_25519_AESGCM_SHA256")
    symmetric.mixHash(prologue[...])
    pattern = [
      [.e], [.e, .ee, .s, .es], psk == nil ? [.s, .se] : [.s, .se, .psk],
    ]
  }

  /// The public key of this handshake's ephemeral pair.
  var ephemeralKey: [UInt8] { Array(localEphemeral.publicKey.rawRepresentation) }

  /// Whether all messages are written and read, so that ``split()`` has what it needs.
  var isFinished: Bool { pattern.isEmpty }

  /// Noise's h: after the last message it names the session (Noise section 11.2). 32 bytes.
  var handshakeHash: [UInt8] { symmetric.handshakeHash }

  /// WriteMessage(payload).
  mutating func writeMessage(_ payload: [UInt8]) throws(NoiseError) -> [UInt8] {
    var message: [UInt8] = []
    for token in nextTokens(of: role) {
      switch token {
      case .e:
        let key = ephemeralKey
        message += key
        mixEphemeral(key)
      case .s:
        message += try symmetric.encryptAndHash(Array(localStatic.publicKey.rawRepresentation))
      default:
        try mix(token)
      }
    }
    return message + (try symmetric.encryptAndHash(payload))
  }

  /// ReadMessage(message): its payload. After an error this value is of no more use.
  mutating func readMessage(_ message: ArraySlice<UInt8>) throws(NoiseError) -> [UInt8] {
    var rest = message
    for token in nextTokens(of: role == .initiator ? .responder : .initiator) {
      switch token {
      case .e:
        let key = try Self.take(Self.keySize, &rest)
        remoteEphemeral = PublicKey(bytes: key)
        mixEphemeral(Array(key))
      case .s:
        let sealed = try Self.take(Self.keySize + symmetric.overhead, &rest)
        remoteStatic = PublicKey(bytes: try symmetric.decryptAndHash(sealed))
      default:
        try mix(token)
      }
    }
    return try symmetric.decryptAndHash(rest)
  }

  /// Split(): the key of what the initiator sends, and the key of what the responder sends.
  func split() -> (SymmetricKey, SymmetricKey) {
    precondition(isFinished)
    return symmetric.split()
  }

  private mutating func nextTokens(of role: Role) -> [Token] {
    precondition(writer == role, "sides take turns")
    guard let tokens = pattern.popFirst() else { preconditionFailure("the handshake is over") }
    writer = writer == .initiator ? .responder : .initiator
    return tokens
  }

  private static func take(
    _ count: Int, _ rest: inout ArraySlice<UInt8>
  ) throws(NoiseError) -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// In handshakes with a pre-shared key an "e" also goes into the key, so that no key is ever made of
  /// the pre-shared one alone (Noise section 9.2).
  private mutating func mixEphemeral(_ key: [UInt8]) {
    symmetric.mixHash(key[...])
    if psk != nil { key.withUnsafeBytes { symmetric.mixKey($0) } }
  }

  /// The tokens that put no bytes into a message.
  private mutating func mix(_ token: Token) throws(NoiseError) {
    switch (token, role) {
    case (.ee, _): try mixDH(localEphemeral, remoteEphemeral)
    case (.es, .initiator), (.se, .responder): try mixDH(localEphemeral, remoteStatic)
    case (.es, .responder), (.se, .initiator): try mixDH(localStatic, remoteEphemeral)
    case (.psk, _): psk?.withBytes { symmetric.mixKeyAndHash($0) }
    case (.e, _), (.s, _): preconditionFailure("keys are part of the message")
    }
  }

  /// MixKey(DH(local, remote)).
  private mutating func mixDH(_ local: PrivateKey, _ remote: PublicKey?) throws(NoiseError) {
    typealias Key = Curve25519.KeyAgreement.PublicKey
    guard let remote, let key = try? Key(rawRepresentation: remote.bytes),
      let shared = try? local.sharedSecretFromKeyAgreement(with: key)
    else { preconditionFailure("the pattern sends each key, of 32 bytes, before it is used") }
    // swift-crypto leaves the check for zeros to its caller.
    let isZero = shared.withUnsafeBytes { $0.reduce(0, |) == 0 }
    guard !isZero else { throw .lowOrderPoint }
    shared.withUnsafeBytes { symmetric.mixKey($0) }
  }
}
