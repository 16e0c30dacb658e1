package import Dataplane
package import Handshake

/// Decides whether whoever proved to hold a key is the peer. A pure rule.
package struct TrustPolicy: Equatable, Sendable {
  /// What tells the peer from others.
  package enum Anchor: Equatable, Sendable {
    /// Its key, given by the user (`--peer-key`).
    case option(PublicKey)
    /// Its key, met earlier: a line of the list of known peers.
    case known(PublicKey, line: Int, path: String)
    /// Its key, met in this run, that could not be written to the list.
    case met(PublicKey)
    /// Its address alone: whoever answers there first is the peer from then on.
    case firstUse
  }

  package enum Verdict: Equatable, Sendable {
    case accept
    /// The peer, met for the first time.
    case acceptAndPin
    case refuse(Refusal)
  }

  package enum Refusal: Equatable, Sendable {
    /// The key is our own: a reflection, or a copied identity.
    case ourKey
    /// Not the key that `anchor` holds.
    case otherKey(PublicKey, anchor: Anchor)
    /// Nobody is known yet, and this is not the configured peer's address.
    case stranger(SocketAddress)
  }

  /// Our own key.
  package let own: PublicKey
  package var anchor: Anchor

  package init(own: PublicKey, anchor: Anchor) {
    self.own = own
    self.anchor = anchor
  }

  /// - Parameters:
  ///   - key: what the other side proved to hold.
  ///   - source: where its datagrams come from.
  ///   - peer: where `--peer` is; nil where it was not given.
  package func verdict(
    for key: PublicKey, from source: SocketAddress, peer: SocketAddress?
  ) -> Verdict {
    guard key != own else { return .refuse(.ourKey) }
    switch anchor {
    case .option(let expected), .known(let expected, _, _), .met(let expected):
      // A key is known wherever it comes from.
      return key == expected ? .accept : .refuse(.otherKey(key, anchor: anchor))
    case .firstUse:
      // Addresses can be forged, but not be answered from: the handshake has come to its end.
      return source == peer ? .acceptAndPin : .refuse(.stranger(source))
    }
  }
}

extension TrustPolicy.Refusal: CustomStringConvertible {
  /// What happened, and what to do about it, for the log.
  package var description: String {
    switch self {
    case .ourKey:
      """
      the peer has this host's own identity: an identity must not be copied, make one of its own \
      for the peer (fastun keygen)
      """
    case .otherKey(let key, .option(let expected)):
      """
      the peer's key is \(Fingerprint(key)), not \(Fingerprint(expected)) as --peer-key \
      says: somebody else may be answering; if the peer was really reinstalled, start fastun with \
      --peer-key \(key)
      """
    case .otherKey(let key, .known(let expected, let line, let path)):
      """
      the peer's key has changed from \(Fingerprint(expected)) to \(Fingerprint(key)): \
      somebody else may be answering; if the peer was really reinstalled, remove line \(line) of \
      \(path) and start fastun again
      """
    case .otherKey(let key, .met(let expected)):
      """
      the peer's key has changed from \(Fingerprint(expected)) to \(Fingerprint(key)): \
      somebody else may be answering; if the peer was really reinstalled, start fastun again
      """
    case .otherKey(let key, .firstUse):
      "the peer's key is \(Fingerprint(key)), which was not expected"
    case .stranger(let source):
      "\(source) is not the address of --peer, and no key is known yet: give --peer-key to take it"
    }
  }
}
