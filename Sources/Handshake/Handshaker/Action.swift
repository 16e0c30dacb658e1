package import Dataplane

extension Handshaker {
  /// What the caller is to do, in this order.
  package enum Action: Sendable {
    /// Send this datagram from lane 0's socket.
    case send([UInt8], to: SocketAddress)
    /// A handshake is over and these are its keys. Comes before the datagram that tells the peer so.
    case established(Establishment)
    /// The initiator of this session still asks whether its last message came: have lane 0 send
    /// something under the session's keys once more.
    case confirm(localIndex: UInt32)
    /// No datagram under this session's keys has come within ``Handshaker/confirmationLifetime``: the
    /// peer does not have them (most often the pre-shared keys differ). They may go; a fresh handshake
    /// has begun.
    case unproven(localIndex: UInt32)
    /// The datagram came to nothing, or, for ``Drop/cookie``, to no more than a cookie.
    case dropped(Drop)
  }
}
