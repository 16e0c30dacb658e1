import Crypto

/// A key and the nonce of its next message (Noise section 5.1), with AES-256-GCM (section 12.3).
///
/// "No key yet" is the absence of a `CipherState`.
struct CipherState {
  /// Bytes by which a sealed message is longer.
  static let tagSize = 16

  private let key: SymmetricKey
  /// Noise's n.
  private var nonce: UInt64 = 0

  /// InitializeKey(key).
  init(_ key: SymmetricKey) { self.key = key }

  /// EncryptWithAd(ad, plaintext): the ciphertext with its tag.
  mutating func encryptWithAd(_ ad: [UInt8], _ plaintext: [UInt8]) throws(NoiseError) -> [UInt8] {
    let nonce = try nonceBytes()
    guard
      let box = try? AES.GCM.seal(
        plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: ad)
    else { preconditionFailure("AES-256-GCM seals under any key of 32 bytes") }
    self.nonce += 1
    return Array(box.ciphertext) + Array(box.tag)
  }

  /// DecryptWithAd(ad, ciphertext): the plaintext; the nonce stays where it fails.
  mutating func decryptWithAd(
    _ ad: [UInt8], _ ciphertext: ArraySlice<UInt8>
  ) throws(NoiseError) -> [UInt8] {
    guard ciphertext.count >= Self.tagSize else { throw .truncated }
    let nonce = try nonceBytes()
    do {
      let box = try AES.GCM.SealedBox(
        nonce: AES.GCM.Nonce(data: nonce), ciphertext: ciphertext.dropLast(Self.tagSize),
        tag: ciphertext.suffix(Self.tagSize))
      let plaintext = try AES.GCM.open(box, using: key, authenticating: ad)
      self.nonce += 1
      return Array(plaintext)
    } catch {
      throw .authentication
    }
  }

  /// AESGCM's 96 bits: 32 zeros, then n in big-endian order (Noise section 12.3).
  private func nonceBytes() throws(NoiseError) -> [UInt8] {
    guard nonce < .max else { throw .nonceExhausted }
    return [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: nonce >> (56 - 8 * $0)) }
  }
}
