import Dataplane

/// A handshake that this side began and that has no answer yet.
struct Initiation {
  static let gaps: [Duration] = [
    .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5),
  ]
  /// Then a fresh one begins, in case the peer has a reason never to answer this one.
  static let lifetime = Duration.seconds(20)
  /// How often cookies make it be sent again at once between two of its own repeats.
  static let cookiesPerGap = 3

  let address: SocketAddress
  let index: UInt32
  /// After message 1.
  let noise: HandshakeState
  /// Message 1: the same bytes each time.
  let body: [UInt8]
  let begun: ContinuousClock.Instant
  /// When it was sent last, cookies aside.
  var sent: ContinuousClock.Instant
  var cookie = [UInt8](repeating: 0, count: HandshakeMessage.cookieSize)
  var cookiesLeft = cookiesPerGap
  var backoff: Backoff

  /// A public key that only this handshake uses.
  var ephemeral: ArraySlice<UInt8> { body.prefix(HandshakeState.keySize) }

  var datagram: [UInt8] {
    HandshakeMessage.initiation(from: index, body, cookie: cookie).encoded
  }

  var expiry: ContinuousClock.Instant { begun + Self.lifetime }
}
