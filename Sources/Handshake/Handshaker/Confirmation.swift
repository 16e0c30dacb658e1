import Dataplane

/// A handshake that this side began and that is over, except that the peer has still to show that message
/// 3 came.
struct Confirmation {
  static let gaps: [Duration] = [
    .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2),
  ]

  let address: SocketAddress
  let index: UInt32
  /// Message 2, to know a copy of it.
  let question: HandshakeMessage
  /// Message 3: the same bytes each time.
  let datagram: [UInt8]
  let begun: ContinuousClock.Instant
  var sent: ContinuousClock.Instant
  var backoff: Backoff

  var expiry: ContinuousClock.Instant { begun + Handshaker.confirmationLifetime }
}
