/// One expanded key of a cipher with associated data (RFC 5116), in lane memory.
///
/// A handle: copies stand for the same key, which lives in the memory given to `init` until ``wipe()``. The
/// owner of that memory calls from one thread at a time, and wipes before the memory goes.
protocol AEAD {
  /// Bytes that sealing adds behind the text. Both ciphers have full tags of 128 bits.
  static var tag: Int { get }
  /// Lane memory of one expanded key and its scratch.
  static var footprint: Int { get }

  /// `memory`: ``footprint`` bytes, zero, aligned to 64. There is no key in it yet.
  init(_ memory: Bytes)

  /// Takes a key of 32 bytes, in place of an older one, for one direction: what it is not for, traps.
  func setKey(_ key: Secret, cipher: Cipher, direction: KeyDirection)

  /// Seals `plaintext` into `ciphertext`, which is longer by the tag that is put behind.
  ///
  /// The two start at the same address or do not overlap. A nonce serves once under a key.
  func seal(_ plaintext: Bytes, into ciphertext: Bytes, nonce: Nonce, additional: Bytes)

  /// Opens `ciphertext`, tag included, into `plaintext`, which is shorter by the tag: false where the
  /// datagram is not authentic. `plaintext` is zero then.
  func open(
    _ ciphertext: Bytes, into plaintext: Bytes, nonce: Nonce, additional: Bytes
  ) -> Bool

  /// Zeroes key and scratch and gives up what the cipher's library holds for them.
  func wipe()
}

extension AEAD {
  static var tag: Int { 16 }
}
