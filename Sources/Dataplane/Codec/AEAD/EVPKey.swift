internal import CLibcrypto
import Glibc

/// AES-256-GCM (NIST SP 800-38D) or ChaCha20-Poly1305 (RFC 8439) by libcrypto.
///
/// A context is made per key, cipher and key are set once; a datagram sets the nonce only, which makes
/// libcrypto neither allocate nor look anything up.
@safe
struct EVPKey: AEAD {
  static var footprint: Int { 64 }

  // What stands in the memory: the context's address, the nonce, the direction.
  private static var address: Int { 0 }
  private static var nonce: Int { 16 }
  private static var direction: Int { 32 }

  // SAFETY: the key's own run of the lane's slab, `footprint` long. The address in it is 0 or that of a
  // context of this key's, made in `setKey` and freed in `wipe`.
  private let memory: Bytes

  init(_ memory: Bytes) {
    precondition(memory.count == Self.footprint)
    self.memory = memory
  }

  func setKey(_ key: Secret, cipher: Cipher, direction: KeyDirection) {
    precondition(key.count == 32)
    wipe()
    guard let context = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("no memory") }
    let algorithm =
      switch cipher {
      case .aes256GCM: unsafe EVP_aes_256_gcm()
      case .chaCha20Poly1305: unsafe EVP_chacha20_poly1305()
      }
    // SAFETY: libcrypto reads the 32 bytes that its ciphers' keys have.
    let done = unsafe key.withBytes { key in
      unsafe EVP_CipherInit_ex(
        context, algorithm, nil, key.baseAddress?.assumingMemoryBound(to: UInt8.self), nil,
        direction == .sealing ? 1 : 0)
    }
    precondition(done == 1, "libcrypto lacks the cipher: SealingBackend.prepare comes first")
    memory.store(UInt(bitPattern: context), Self.address)
    memory[Self.direction] = direction.rawValue
  }

  func seal(_ plaintext: Bytes, into ciphertext: Bytes, nonce: Nonce, additional: Bytes) {
    precondition(memory[Self.direction] == KeyDirection.sealing.rawValue)
    assert(ciphertext.count == plaintext.count + Self.tag)
    let context = unsafe context
    nonce.write(iv)
    var written: Int32 = 0
    // SAFETY: reads and writes exactly the runs that are passed. `EVP_EncryptFinal_ex` writes nothing: these
    // ciphers have no blocks to fill up.
    let isSealed =
      unsafe EVP_EncryptInit_ex(context, nil, nil, nil, iv.octets) == 1
      && EVP_EncryptUpdate(context, nil, &written, additional.octets, Int32(additional.count)) == 1
      && EVP_EncryptUpdate(
        context, ciphertext.octets, &written, plaintext.octets, Int32(plaintext.count)) == 1
      && EVP_EncryptFinal_ex(context, ciphertext.octets + plaintext.count, &written) == 1
      && EVP_CIPHER_CTX_ctrl(
        context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tag), ciphertext.octets + plaintext.count) == 1
    // Nothing that libcrypto refuses here can come from a datagram; what is not sealed must not be sent.
    precondition(isSealed, "libcrypto did not seal")
  }

  func open(
    _ ciphertext: Bytes, into plaintext: Bytes, nonce: Nonce, additional: Bytes
  ) -> Bool {
    precondition(memory[Self.direction] == KeyDirection.opening.rawValue)
    guard ciphertext.count >= Self.tag else { return false }
    assert(plaintext.count == ciphertext.count - Self.tag)
    let context = unsafe context
    nonce.write(iv)
    var written: Int32 = 0
    // SAFETY: as in `seal`. libcrypto copies the tag before it decrypts, and compares it in constant time
    // (CRYPTO_memcmp) in `EVP_DecryptFinal_ex`.
    let isAuthentic =
      unsafe EVP_DecryptInit_ex(context, nil, nil, nil, iv.octets) == 1
      && EVP_CIPHER_CTX_ctrl(
        context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tag), ciphertext.octets + plaintext.count) == 1
      && EVP_DecryptUpdate(context, nil, &written, additional.octets, Int32(additional.count)) == 1
      && EVP_DecryptUpdate(
        context, plaintext.octets, &written, ciphertext.octets, Int32(plaintext.count)) == 1
      && EVP_DecryptFinal_ex(context, plaintext.octets + plaintext.count, &written) == 1
    if !isAuthentic { plaintext.zero(0, plaintext.count) }
    return isAuthentic
  }

  func wipe() {
    // SAFETY: null or a context of this key's; libcrypto zeroes what it frees, and null is let pass.
    unsafe EVP_CIPHER_CTX_free(context)
    unsafe explicit_bzero(memory.base, memory.count)
  }

  private var context: OpaquePointer? {
    unsafe OpaquePointer(bitPattern: memory.load(Self.address, as: UInt.self))
  }
  private var iv: Bytes { memory.slice(Self.nonce, Nonce.room) }
}
