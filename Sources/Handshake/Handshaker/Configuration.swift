package import Dataplane

extension Handshaker {
  /// What stays the same over all handshakes of a side.
  package struct Configuration {
    /// Asked once both sides' messages prove that the peer holds the key. The address is the one that
    /// ``Establishment/address`` will be.
    package typealias Trust = (PublicKey, SocketAddress) -> TrustVerdict

    package var identity: Identity
    /// 32 bytes. With one, both sides have to have it.
    package var psk: Secret?
    /// Its index is drawn for each handshake.
    package var offer: Offer
    package var trust: Trust
    /// Where keys and indices are drawn from; only tests have one that is not the system's.
    package var random: any RandomNumberGenerator

    package init(
      identity: Identity, psk: Secret? = nil, offer: Offer,
      random: any RandomNumberGenerator = SystemRandomNumberGenerator(), trust: @escaping Trust
    ) {
      precondition(psk == nil || psk?.count == 32)
      self.identity = identity
      self.psk = psk
      self.offer = offer
      self.random = random
      self.trust = trust
    }
  }
}
