import Dataplane

/// A peer's handshake that was answered, message 3 being awaited.
struct Response {
  static let lifetime = Duration.seconds(10)

  let index: UInt32
  let source: SocketAddress
  /// Message 1, to know a copy of it.
  let question: HandshakeMessage
  /// Message 2: the same bytes each time.
  let datagram: [UInt8]
  /// After message 2.
  let noise: HandshakeState
  let begun: ContinuousClock.Instant
  /// Copies of message 1 that are answered.
  var repeats = TokenBucket(rate: 4, burst: 4)
  /// Messages 3 that cost a Diffie-Hellman computation and fail. They are slowed down, and never end the
  /// response: whoever sees the first half of a message 3 could end it with three bad copies.
  var failures = TokenBucket(rate: 1, burst: 3)

  var expiry: ContinuousClock.Instant { begun + Self.lifetime }

  /// Whether `message` is message 1 once more; its cookie may be another.
  func isAnswer(to message: HandshakeMessage, from source: SocketAddress) -> Bool {
    question.senderIndex == message.senderIndex && self.source == source
      && question.body == message.body
  }
}

/// A peer's handshake that is over, kept to know late copies of its messages.
struct CompletedResponse {
  static let lifetime = Duration.seconds(20)

  let response: Response
  /// Message 3.
  let confirmation: HandshakeMessage
  let completed: ContinuousClock.Instant
  var confirms = TokenBucket(rate: 4, burst: 4)

  var expiry: ContinuousClock.Instant { completed + Self.lifetime }
}
