package import Crypto

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
