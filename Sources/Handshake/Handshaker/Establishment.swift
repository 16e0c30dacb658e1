package import Dataplane

/// A finished handshake.
package struct Establishment: Sendable {
  package let keys: SessionKeys
  /// What the peer said about itself.
  package let offer: Offer
  /// The peer's identity, which is proven.
  package let publicKey: PublicKey
  /// Where the peer is: of an initiator the address that it wrote to, of a responder the one that the
  /// peer received its answer at.
  package let address: SocketAddress
  package let role: Role
  /// Names the session and all that both sides have said (Noise section 11.2). 32 bytes, no secret.
  package let handshakeHash: [UInt8]
}
