import Crypto
import Dataplane
import Glibc

extension RandomNumberGenerator {
  /// 256 random bits. The generator has to be fit for secrets, as the system's is.
  mutating func symmetricKey() -> SymmetricKey { withSecretBytes { SymmetricKey(data: $0) } }

  /// A fresh X25519 key pair.
  mutating func privateKey() -> Curve25519.KeyAgreement.PrivateKey {
    withSecretBytes { bytes in
      guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else {
        preconditionFailure("any 32 bytes are a private key (RFC 7748 section 5)")
      }
      return key
    }
  }

  /// 32 random bytes, wiped when `body` returns.
  private mutating func withSecretBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4) { words in
      for index in 0..<4 { words.initializeElement(at: index, to: next()) }
      defer { explicit_bzero(words.baseAddress!, 32) }
      return body(UnsafeRawBufferPointer(words))
    }
  }
}

extension SymmetricKey {
  /// The key for whoever wants its bytes; wiped as this one is.
  var secret: Secret { withUnsafeBytes { Secret($0) } }
}
