package import Dataplane
package import Handshake

/// All that a sealed tunnel proves itself by, and its peer: loaded before privileges are dropped.
package struct Credentials {
  package let identity: Identity
  /// The identity was made just now.
  package let isNewIdentity: Bool
  package let presharedKey: Secret?
  package var trust: PeerTrust

  /// Loads what a configuration names, and makes the identity where there is none.
  package init(_ configuration: Configuration) throws(SetupError) {
    presharedKey = try configuration.pskFile.map { path throws(SetupError) in
      try PresharedKey.load(path)
    }
    (identity, isNewIdentity) = try IdentityFile(configuration.identity).loadOrCreate()
    trust = try PeerTrust(configuration, own: identity.publicKey)
  }
}
