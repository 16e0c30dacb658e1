package import Dataplane
package import Handshake

extension SessionKeeper {
  /// Something that the log or the report should say, or the device should follow.
  package enum Event: Equatable {
    /// A session is in use.
    case session(Session)
    /// Nothing came since we began, for so many seconds.
    case unheard(seconds: Int)
    case silent(seconds: Int)
    case back
    /// The peer's lane is elsewhere now.
    case moved(lane: Int, SocketAddress)
    /// Nobody has the keys of a handshake that seemed to end well.
    case unproven
  }

  /// A session, as the report tells of it.
  package struct Session: Equatable {
    package let peer: Peer
    package let isInitiator: Bool
    package let cipher: Cipher
    package let key: PublicKey
    package let address: SocketAddress
    /// The how manieth it is, from 1.
    package let number: Int
  }
}
