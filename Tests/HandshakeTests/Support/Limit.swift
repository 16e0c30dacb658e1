import Dataplane
import Testing

@testable import Handshake

/// One row of the table of constants in docs/SECURITY.md that says how often something is done.
struct Limit: Sendable, CustomTestStringConvertible {
  /// A handshaker that is asked for the same again and again.
  struct Load {
    var handshaker: Handshaker
    /// When the first is sent.
    let start: ContinuousClock.Instant
    var isProven = false
    /// The datagram of each number, and whom it is from.
    let input: (Int) -> (datagram: [UInt8], source: SocketAddress)

    mutating func send(_ number: Int, after time: Duration) -> [Handshaker.Action] {
      let (datagram, source) = input(number)
      return handshaker.receive(datagram, from: source, isProven: isProven, now: start + time)
    }
  }

  /// What doing it looks like from outside.
  enum Sign: Sendable {
    /// A handshake's message of this type is sent.
    case sent(UInt8)
    case confirm
    /// It was looked at, for the price of a computation.
    case dropped(Drop)

    func matches(_ action: Handshaker.Action) -> Bool {
      switch (self, action) {
      case (.sent(let type), .send(let datagram, _)): datagram.first == type
      case (.confirm, .confirm): true
      case (.dropped(let expected), .dropped(let drop)): drop == expected
      default: false
      }
    }
  }

  static let inputsAtOnce = 300
  static let inputsAfter = 1_000

  let testDescription: String
  /// How often at one instant, after a rest.
  let burst: Int
  /// How often in the second after that.
  let rate: Int
  let sign: Sign
  let load: @Sendable () throws -> Load

  init(
    _ description: String, burst: Int, rate: Int, _ sign: Sign,
    _ load: @escaping @Sendable () throws -> Load
  ) {
    testDescription = description
    self.burst = burst
    self.rate = rate
    self.sign = sign
    self.load = load
  }
}

extension Limit {
  static let all = [
    Limit("computed answers to the peer's address", burst: 10, rate: 10, .sent(2)) {
      try withCookies(isProven: true) { _ in Exchange.alice }
    },
    Limit("computed answers to all others together", burst: 10, rate: 10, .sent(2)) {
      try withCookies(isProven: false, from: Stranger.address)
    },
    Limit("cookies to the peer's address", burst: 100, rate: 200, .sent(6)) {
      // Its place is taken, so that each further initiation needs one.
      var load = withoutCookies(isProven: true) { _ in Exchange.alice }
      var random = SeededRandom(5)
      let first = Stranger.initiation(&random).encoded
      let answer = load.handshaker.receive(
        first, from: Exchange.alice, isProven: true, now: load.start)
      try #require(answer.contains(where: Sign.sent(2).matches))
      return load
    },
    Limit("cookies to all others", burst: 100, rate: 200, .sent(6)) {
      withoutCookies(isProven: false, from: Stranger.address)
    },
    Limit("computations on messages 2", burst: 100, rate: 200, .dropped(.authentication)) {
      var exchange = Exchange.sample()
      exchange.begin(\.alice)
      let index = try #require(exchange.alice.handshaker.outgoing.index)
      return Load(handshaker: exchange.alice.handshaker, start: exchange.now) { number in
        // Not even its sender's address has to be right.
        let guess = [UInt8](repeating: 9, count: 112)
        let message = HandshakeMessage.response(to: index, from: UInt32(number + 1), guess)
        return (message.encoded, Stranger.address(number))
      }
    },
    Limit("copies of message 1 answered", burst: 4, rate: 4, .sent(2)) {
      var exchange = Exchange.sample()
      exchange.begin(losing: 2)
      return try copies(ofType: 1, exchange, to: \.bob)
    },
    Limit("copies of message 3 confirmed", burst: 4, rate: 4, .confirm) {
      try copies(ofType: 3, .established(), to: \.bob)
    },
    Limit("messages 3 that fail when computed", burst: 3, rate: 1, .dropped(.authentication)) {
      var exchange = Exchange(alice: .sample(1, psk: 1), bob: .sample(2, psk: 2))
      exchange.begin(losing: 3)
      return try copies(ofType: 3, exchange, to: \.bob)
    },
    // Message 3 has just been sent: none at once, and then one each 250 ms.
    Limit("messages 3 for copies of message 2", burst: 0, rate: 4, .sent(3)) {
      var exchange = Exchange.sample()
      exchange.begin(losing: 3)
      return try copies(ofType: 2, exchange, to: \.alice)
    },
  ]

  /// Fresh initiations, each from where `source` says.
  static func withoutCookies(
    isProven: Bool, from source: @escaping (Int) -> SocketAddress
  ) -> Load {
    var random = SeededRandom(6)
    let messages = (0..<inputsAtOnce + inputsAfter).map { _ in
      Stranger.initiation(&random).encoded
    }
    return Load(handshaker: Handshaker(.sample(2)), start: .now, isProven: isProven) {
      (messages[$0], source($0))
    }
  }

  /// The same, each of which has asked for its cookie before and has it.
  static func withCookies(
    isProven: Bool, from source: @escaping (Int) -> SocketAddress
  ) throws -> Load {
    var handshaker = Handshaker(.sample(2))
    var random = SeededRandom(6)
    var now = ContinuousClock.now
    let messages = try (0..<inputsAtOnce + inputsAfter).map { number in
      // As slowly as cookies are given.
      now += .milliseconds(5)
      let message = Stranger.initiation(&random)
      let asked = handshaker.receive(
        message.encoded, from: source(number), isProven: false, now: now)
      guard case .send(let answer, _)? = asked.first else {
        throw Missing(what: "cookie \(number)")
      }
      let cookie = try HandshakeMessage(decoding: answer)
      try #require(cookie.kind == .cookie)
      return HandshakeMessage.initiation(
        from: message.senderIndex, message.body, cookie: cookie.body
      ).encoded
    }
    return Load(handshaker: handshaker, start: now, isProven: isProven) {
      (messages[$0], source($0))
    }
  }

  struct Missing: Error { let what: String }

  /// The last message of a type once more, to the host that had it or was to have it.
  private static func copies(
    ofType type: UInt8, _ exchange: Exchange, to host: KeyPath<Exchange, Host>
  ) throws -> Load {
    let flight = try #require(exchange.log.last { $0.type == type })
    return Load(handshaker: exchange[keyPath: host].handshaker, start: exchange.now) { _ in
      (flight.datagram, flight.from)
    }
  }
}
