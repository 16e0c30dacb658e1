/// Why a Noise message could not be read.
enum NoiseError: Error, Equatable {
  /// Shorter than its tokens and tags.
  case truncated
  /// The AEAD refused it: made with other keys, or changed on the way.
  case authentication
  /// A Diffie-Hellman function gave zeros, so a public key was one of the few of low order: whoever
  /// sent it chose the secret (RFC 7748 section 6.1).
  case lowOrderPoint
  /// 2^64 - 1 messages under one key (Noise section 5.1).
  case nonceExhausted
}
