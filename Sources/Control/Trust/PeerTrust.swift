package import Dataplane
package import Handshake
package import Logging

/// Tells the peer from others while the tunnel runs, and remembers whom it met first.
package struct PeerTrust {
  private var policy: TrustPolicy
  /// nil with `--peer-key`, which needs no memory.
  private var known: KnownPeers?
  private let peer: Endpoint?

  /// Opens the list of known peers where it decides.
  ///
  /// - Parameter own: our own key.
  package init(_ configuration: Configuration, own: PublicKey) throws(SetupError) {
    peer = configuration.peer
    guard configuration.peerKey != own else {
      throw SetupError(
        "--peer-key is this host's own key",
        remedy: "give the one that 'fastun pubkey' prints on the other side")
    }
    guard configuration.peerKey == nil, let peer else {
      // Without --peer there is a --peer-key: Configuration sees to that.
      policy = TrustPolicy(own: own, anchor: configuration.peerKey.map { .option($0) } ?? .firstUse)
      return
    }
    let known = try KnownPeers(beside: configuration.identity)
    policy = TrustPolicy(
      own: own, anchor: known.entry(for: peer).map { Self.anchor($0, known) } ?? .firstUse)
    self.known = known
  }

  /// Whether whoever proved to hold `key` may be the peer, with nothing pinned yet.
  ///
  /// - Returns: why not; nil where it may.
  package func verdict(
    of key: PublicKey, from source: SocketAddress, peer address: SocketAddress?
  ) -> TrustPolicy.Refusal? {
    if case .refuse(let refusal) = policy.verdict(for: key, from: source, peer: address) {
      return refusal
    }
    return nil
  }

  /// Whether whoever proved to hold `key` is the peer; pins the key of one that is met first.
  ///
  /// - Parameters:
  ///   - source: where its datagrams come from.
  ///   - address: where `--peer` is; nil where it was not given.
  /// - Returns: why not; nil where it is.
  package mutating func refusal(
    of key: PublicKey, from source: SocketAddress, peer address: SocketAddress?, log: Logger
  ) -> TrustPolicy.Refusal? {
    switch policy.verdict(for: key, from: source, peer: address) {
    case .accept: return nil
    case .refuse(let refusal): return refusal
    case .acceptAndPin: break
    }
    guard let peer, var list = known else { return .stranger(source) }
    do {
      let entry = try list.pin(key, for: peer)
      policy.anchor = Self.anchor(entry, list)
      if entry.key == key {
        log.info(
          """
          met \(entry.name) for the first time: its key is \(Fingerprint(key)), as \
          'fastun pubkey --fingerprint' should say there; from now on no other key is taken \
          (line \(entry.line) of \(list.path))
          """)
      }
    } catch {
      // Refusing a peer for a full disk would help nobody: it is known to this run at least.
      policy.anchor = .met(key)
      log.warning("the peer's key \(Fingerprint(key)) is not kept for the next start: \(error)")
    }
    known = list
    // Another process may have met another key there meanwhile: then that one holds.
    return self.refusal(of: key, from: source, peer: address, log: log)
  }

  private static func anchor(_ entry: KnownPeers.Entry, _ list: KnownPeers) -> TrustPolicy.Anchor {
    .known(entry.key, line: entry.line, path: list.path)
  }
}
