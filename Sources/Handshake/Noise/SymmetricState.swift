import Crypto

/// The chaining key, the handshake hash and the key of the moment (Noise section 5.2), with SHA-256.
struct SymmetricState {
  /// Noise's ck.
  private var chainingKey: SymmetricKey
  /// Noise's h: stands for all that both sides have said and done so far. 32 bytes.
  private(set) var handshakeHash: [UInt8]
  /// None before the first MixKey.
  private var cipher: CipherState?

  /// InitializeSymmetric(protocol_name), for a name of at most 32 bytes, which needs no hashing.
  init(protocolName: String) {
    let name = Array(protocolName.utf8)
    precondition(name.count <= SHA256.byteCount, "longer names are hashed")
    handshakeHash = name + [UInt8](repeating: 0, count: SHA256.byteCount - name.count)
    chainingKey = SymmetricKey(data: handshakeHash)
  }

  /// MixKey(input_key_material).
  mutating func mixKey(_ input: UnsafeRawBufferPointer) {
    let keys = hkdf(input, count: 2)
    chainingKey = keys[0]
    cipher = CipherState(keys[1])
  }

  /// MixHash(data).
  mutating func mixHash(_ data: ArraySlice<UInt8>) { data.withUnsafeBytes { mixHash($0) } }

  private mutating func mixHash(_ data: UnsafeRawBufferPointer) {
    var hash = SHA256()
    hash.update(data: handshakeHash)
    hash.update(bufferPointer: data)
    handshakeHash = Array(hash.finalize())
  }

  /// MixKeyAndHash(input_key_material), for pre-shared keys.
  mutating func mixKeyAndHash(_ input: UnsafeRawBufferPointer) {
    let keys = hkdf(input, count: 3)
    chainingKey = keys[0]
    keys[1].withUnsafeBytes { mixHash($0) }
    cipher = CipherState(keys[2])
  }

  /// EncryptAndHash(plaintext): the plaintext itself as long as there is no key.
  mutating func encryptAndHash(_ plaintext: [UInt8]) throws(NoiseError) -> [UInt8] {
    let ciphertext = try cipher?.encryptWithAd(handshakeHash, plaintext) ?? plaintext
    mixHash(ciphertext[...])
    return ciphertext
  }

  /// DecryptAndHash(ciphertext).
  mutating func decryptAndHash(_ ciphertext: ArraySlice<UInt8>) throws(NoiseError) -> [UInt8] {
    let plaintext = try cipher?.decryptWithAd(handshakeHash, ciphertext) ?? Array(ciphertext)
    mixHash(ciphertext)
    return plaintext
  }

  /// Split(): the key of what the initiator sends, and the key of what the responder sends.
  func split() -> (SymmetricKey, SymmetricKey) {
    let keys = hkdf(UnsafeRawBufferPointer(start: nil, count: 0), count: 2)
    return (keys[0], keys[1])
  }

  /// Bytes that an encrypted text is longer than the plain one now.
  var overhead: Int { cipher == nil ? 0 : CipherState.tagSize }

  /// HKDF(chaining_key, input_key_material, num_outputs) (Noise section 4.3).
  ///
  /// Written out on HMAC, because HKDF's own interface wants the salt, which is secret here, in memory
  /// that nobody wipes.
  private func hkdf(_ input: UnsafeRawBufferPointer, count: Int) -> [SymmetricKey] {
    let temporary = SymmetricKey(
      data: HMAC<SHA256>.authenticationCode(for: input, using: chainingKey))
    var outputs: [SymmetricKey] = []
    for number in 1...count {
      var hmac = HMAC<SHA256>(key: temporary)
      outputs.last?.withUnsafeBytes { hmac.update(data: $0) }
      hmac.update(data: [UInt8(number)])
      outputs.append(SymmetricKey(data: hmac.finalize()))
    }
    return outputs
  }
}
