/// Which ciphers the user lets datagrams be sealed with (`--cipher`).
package enum CipherChoice: String, CaseIterable, Sendable {
  /// AES-256-GCM where both sides have instructions for it, else ChaCha20-Poly1305.
  case auto
  /// Nothing but AES-256-GCM.
  case aes
  /// Nothing but ChaCha20-Poly1305.
  case chacha
}
