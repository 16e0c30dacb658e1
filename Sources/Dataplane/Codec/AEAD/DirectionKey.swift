/// A key of either cipher: which one is settled by the handshake.
///
/// A flag that each datagram looks at, and always finds the same.
struct DirectionKey: AEAD {
  private let aes: AESBackend
  private let chacha: ChaChaBackend
  /// The cipher's number.
  private let flag: Bytes

  private static let aesFootprint = Slab.rounded(AESBackend.footprint)
  private static let chachaFootprint = Slab.rounded(ChaChaBackend.footprint)
  static let footprint = aesFootprint + chachaFootprint + 64

  init(_ memory: Bytes) {
    aes = AESBackend(memory.slice(0, AESBackend.footprint))
    chacha = ChaChaBackend(memory.slice(Self.aesFootprint, ChaChaBackend.footprint))
    flag = memory.slice(Self.aesFootprint + Self.chachaFootprint, 1)
  }

  private var isAES: Bool { flag[0] == Cipher.aes256GCM.rawValue }

  func setKey(_ key: Secret, cipher: Cipher, direction: KeyDirection) {
    wipe()
    flag[0] = cipher.rawValue
    if isAES {
      aes.setKey(key, cipher: cipher, direction: direction)
    } else {
      chacha.setKey(key, cipher: cipher, direction: direction)
    }
  }

  func wipe() {
    aes.wipe()
    chacha.wipe()
    flag[0] = 0
  }

  func seal(_ plaintext: Bytes, into ciphertext: Bytes, nonce: Nonce, additional: Bytes) {
    if isAES {
      aes.seal(plaintext, into: ciphertext, nonce: nonce, additional: additional)
    } else {
      chacha.seal(plaintext, into: ciphertext, nonce: nonce, additional: additional)
    }
  }

  func open(
    _ ciphertext: Bytes, into plaintext: Bytes, nonce: Nonce, additional: Bytes
  ) -> Bool {
    if isAES {
      aes.open(ciphertext, into: plaintext, nonce: nonce, additional: additional)
    } else {
      chacha.open(ciphertext, into: plaintext, nonce: nonce, additional: additional)
    }
  }
}
