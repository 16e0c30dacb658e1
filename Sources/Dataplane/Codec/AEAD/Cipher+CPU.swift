internal import CFastun

extension Cipher {
  /// Whether this CPU has instructions for AES and for GCM's multiplication: without them AES is slower than
  /// ChaCha20, and takes a time that depends on the key.
  package static var hasAESInstructions: Bool { ft_has_aes() }
}
