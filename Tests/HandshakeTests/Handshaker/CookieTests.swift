import Dataplane
import Testing

@testable import Handshake

@Suite struct CookieTests {
  private static let stranger = SocketAddress(.v4(0xc633_6401), port: 4_000)
  private let now = ContinuousClock.now

  /// A fresh initiation, and the initiator.
  private func initiation(
    _ seed: UInt64
  ) throws -> (initiator: Handshaker, message: HandshakeMessage) {
    var initiator = Handshaker(.sample(seed))
    let actions = initiator.initiate(to: Exchange.bob, now: now)
    return (initiator, try HandshakeMessage(decoding: try #require(sent(actions))))
  }

  private func sent(_ actions: [Handshaker.Action]) -> [UInt8]? {
    guard case .send(let datagram, _)? = actions.first else { return nil }
    return datagram
  }

  private func with(_ cookie: [UInt8], _ message: HandshakeMessage) -> [UInt8] {
    HandshakeMessage.initiation(from: message.senderIndex, message.body, cookie: cookie).encoded
  }

  @Test("A stranger's initiation is answered by a cookie, and with it by message 2")
  func cookie() throws {
    var bob = Handshaker(.sample(2))
    let (_, message) = try initiation(1)
    func receive(_ datagram: [UInt8], _ source: SocketAddress, after: Duration = .zero) -> UInt8? {
      sent(bob.receive(datagram, from: source, isProven: false, now: now + after))?.first
    }
    let asked = bob.receive(message.encoded, from: Self.stranger, isProven: false, now: now)
    let answer = try HandshakeMessage(decoding: try #require(sent(asked)))
    #expect(answer.kind == .cookie && answer.receiverIndex == message.senderIndex)
    let datagram = with(answer.body, message)
    // Good for nobody else, for no other initiation, and not for ever.
    #expect(receive(datagram, SocketAddress(Self.stranger.address, port: 4_001)) == 6)
    #expect(receive(with(answer.body, try initiation(3).message), Self.stranger) == 6)
    #expect(receive(with([1] + answer.body.dropFirst(), message), Self.stranger) == 6)
    #expect(receive(datagram, Self.stranger) == 2)
    #expect(receive(datagram, Self.stranger, after: .seconds(250)) == 6)
  }

  @Test("From the peer's address no cookie is wanted, as long as there are few initiations")
  func load() throws {
    var exchange = Exchange.established()
    let before = exchange.log.count { $0.type == 6 }
    // Each time a session comes of it, so that the place is free for the next.
    for seed in 100..<110 {
      exchange.restart(\.alice, .sample(UInt64(seed)))
      exchange.begin(\.alice)
      exchange.deliver()
      #expect(exchange.isAgreed)
    }
    #expect(exchange.log.count { $0.type == 6 } == before)
    exchange.restart(\.alice, .sample(200))
    exchange.begin(\.alice)
    exchange.deliver()
    #expect(exchange.log.count { $0.type == 6 } == before + 1)
    // It waits for its turn, and has its session all the same.
    exchange.run(for: .seconds(1))
    #expect(exchange.isAgreed)
  }

  @Test("An initiator takes cookies for what it has under way, and no more than a few")
  func initiator() throws {
    var (alice, message) = try initiation(1)
    func receive(_ cookie: UInt8, index: UInt32) -> [Handshaker.Action] {
      let answer = HandshakeMessage.cookie(to: index, [UInt8](repeating: cookie, count: 16))
      return alice.receive(answer.encoded, from: Exchange.bob, isProven: false, now: now)
    }
    guard case .dropped(.unknownIndex)? = receive(1, index: message.senderIndex ^ 1).first else {
      Issue.record("another's cookie")
      return
    }
    for cookie: UInt8 in 1...3 {
      let repeated = try #require(sent(receive(cookie, index: message.senderIndex)))
      #expect(repeated == with([UInt8](repeating: cookie, count: 16), message))
    }
    guard case .dropped(.rateLimited)? = receive(4, index: message.senderIndex).first else {
      Issue.record("too many cookies")
      return
    }
    // The next repeat carries the last cookie taken, and makes room for others.
    let later = now + .seconds(1)
    #expect(sent(alice.tick(now: later)) == with([UInt8](repeating: 3, count: 16), message))
    let again = HandshakeMessage.cookie(
      to: message.senderIndex, [UInt8](repeating: 5, count: 16))
    #expect(
      sent(alice.receive(again.encoded, from: Exchange.bob, isProven: false, now: later)) != nil)
    // None once it is cancelled.
    alice.cancel()
    guard case .dropped(.unknownIndex)? = receive(6, index: message.senderIndex).first else {
      Issue.record("a cookie for nothing")
      return
    }
  }

  @Test("False cookies do not stop a handshake")
  func falseCookies() {
    var exchange = Exchange.sample()
    var number: UInt8 = 0
    exchange.fate = { flight in
      // Somebody sees the initiation and is faster than the answer, each time.
      guard flight.type == 1, number < 40 else { return [flight] }
      number += 1
      let index = flight.datagram.little(8, as: UInt32.self)
      let forged = HandshakeMessage.cookie(to: index, [UInt8](repeating: number, count: 16))
      return [Flight(datagram: forged.encoded, from: flight.to, to: flight.from), flight]
    }
    exchange.begin(\.alice)
    exchange.run(for: .seconds(60))
    #expect(exchange.isAgreed)
  }
}
