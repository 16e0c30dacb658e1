/// Why a datagram of the handshake came to nothing; each case has its counter.
package enum Drop: Error, Hashable, Sendable {
  /// No datagram of the handshake: type, length, or a field that cannot be so.
  case malformed
  /// Of another version of the wire or of the offer.
  case version
  /// An answer to nothing that is under way here.
  case unknownIndex
  /// An answer that belongs to a handshake with another address.
  case wrongAddress
  /// No valid cookie: one was sent instead of an answer.
  case cookie
  /// More than is answered within a second.
  case rateLimited
  /// Sealed with other keys or changed on the way: most often the pre-shared keys differ.
  case authentication
  /// A public key that would make the secret a known one.
  case lowOrderPoint
  /// Our own identity, or our own message come back: a reflection, or one identity on two hosts.
  case ownKey
  /// An authentic peer, but not the one that is trusted.
  case wrongPeerKey(PublicKey)
  /// No cipher that both sides offer.
  case noCommonCipher
  /// Both sides began at the same time and this side's handshake is the one that goes on.
  case tieBreak
  /// Part of a handshake that is over.
  case stale

  init(_ error: NoiseError) {
    switch error {
    case .truncated: self = .malformed
    case .authentication, .nonceExhausted: self = .authentication
    case .lowOrderPoint: self = .lowOrderPoint
    }
  }
}
