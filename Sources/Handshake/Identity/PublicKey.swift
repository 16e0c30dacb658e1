package import Crypto

/// The public half of a host's identity: an X25519 key (RFC 7748).
package struct PublicKey: Hashable, Sendable {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// nil unless there are 32 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }
}

/// A host's identity: an X25519 key pair, whose private half stays with the host.
package struct Identity: Sendable {
  package let key: Curve25519.KeyAgreement.PrivateKey

  /// A fresh one.
  package init() { key = Curve25519.KeyAgreement.PrivateKey() }

  package init(_ key: Curve25519.KeyAgreement.PrivateKey) { self.key = key }

  package var publicKey: PublicKey {
    guard let key = PublicKey(bytes: key.publicKey.rawRepresentation) else {
      preconditionFailure("X25519 public keys have 32 bytes")
    }
    return key
  }
}
