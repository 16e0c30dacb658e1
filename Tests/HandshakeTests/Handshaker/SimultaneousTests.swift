import Dataplane
import Testing

@testable import Handshake

@Suite struct SimultaneousTests {
  @Test("When both begin at once, one session comes of it", arguments: 0..<20)
  func settle(seed: Int) {
    for isKnown in [false, true] {
      var exchange = isKnown ? Exchange.established(UInt64(seed)) : .sample(UInt64(seed))
      exchange.run(for: .seconds(30))
      let before = exchange.alice.established.count
      exchange.begin(\.alice)
      exchange.begin(\.bob)
      exchange.run(for: .seconds(60))
      #expect(exchange.isAgreed)
      #expect(exchange.alice.established.count == before + 1)
      #expect(exchange.bob.established.count == before + 1)
      let ties = (exchange.alice.drops + exchange.bob.drops).count { $0 == .tieBreak }
      #expect(ties >= 1)
    }
  }

  @Test("Whoever begins late need not wait for the other's next repeat", arguments: 0..<20)
  func late(seed: Int) {
    var exchange = Exchange.sample(UInt64(seed))
    exchange.fate = { _ in [] }
    exchange.begin(\.alice)
    exchange.run(for: .seconds(9))
    exchange.fate = { [$0] }
    exchange.begin(\.bob)
    exchange.deliver()
    #expect(exchange.isAgreed)
    #expect(exchange.alice.established.count == 1 && exchange.bob.established.count == 1)
  }

  @Test(
    "When both begin at once and much is lost, they have a session in the end", arguments: 0..<20)
  func lossy(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    var exchange = Exchange.sample(UInt64(seed))
    exchange.fate = { random.next() % 2 == 0 ? [] : [$0] }
    exchange.begin(\.alice)
    exchange.begin(\.bob)
    exchange.run(for: .seconds(300))
    #expect(
      exchange.alice.established.contains { one in
        exchange.bob.established.contains { Exchange.agree(one, $0) }
      })
  }

  @Test("Initiations in the peer's name do not stop its handshake", arguments: [false, true])
  func spoofed(isKnown: Bool) {
    for beginner in [\Exchange.alice, \Exchange.bob] {
      var exchange = isKnown ? Exchange.established() : .sample()
      exchange.run(for: .seconds(30))
      let before = exchange.alice.established.count
      // Before each message of theirs a stranger writes to both in the other's name, with keys smaller
      // and greater than theirs.
      var spoofs = (0..<100).flatMap { number in
        [
          Self.spoof(from: Exchange.alice, to: Exchange.bob, number),
          Self.spoof(from: Exchange.bob, to: Exchange.alice, number + 1_000),
        ]
      }
      exchange.fate = { flight in
        guard (1...3).contains(flight.type) else { return [flight] }
        defer { spoofs = spoofs.dropLast(8) }
        return spoofs.suffix(8) + [flight]
      }
      exchange.begin(beginner)
      exchange.run(for: .seconds(5))
      #expect(spoofs.count < 180)
      #expect(exchange.isAgreed)
      #expect(exchange.alice.established.count == before + 1)
    }
  }

  private static func spoof(
    from source: SocketAddress, to target: SocketAddress, _ seed: Int
  ) -> Flight {
    var stranger = Handshaker(.sample(UInt64(seed) + 5_000))
    guard case .send(let datagram, _)? = stranger.initiate(to: target, now: .now).first else {
      preconditionFailure("an initiation is sent at once")
    }
    return Flight(datagram: datagram, from: source, to: target)
  }

  @Test("One of two initiations that cross is dropped on one side only")
  func order() throws {
    var one = Handshaker(.sample(1))
    var other = Handshaker(.sample(2))
    let now = ContinuousClock.now
    let first = try #require(Self.datagram(one.initiate(to: Exchange.bob, now: now)))
    let second = try #require(Self.datagram(other.initiate(to: Exchange.alice, now: now)))
    let isFirstLess = first[16..<48].lexicographicallyPrecedes(second[16..<48])
    let atOther = other.receive(first, from: Exchange.alice, isProven: true, now: now)
    let atOne = one.receive(second, from: Exchange.bob, isProven: true, now: now)
    for (actions, isTie) in [(atOther, isFirstLess), (atOne, !isFirstLess)] {
      if isTie {
        guard case .dropped(.tieBreak)? = actions.first else {
          Issue.record("the smaller key's message is dropped")
          continue
        }
      } else {
        #expect(Self.datagram(actions)?.first == 2)
      }
    }
  }

  @Test(
    "Only the peer's initiation is weighed against ours; a stranger's is asked for a cookie",
    arguments: [
      // Where our initiation went; where the peer is seen to have moved to; elsewhere.
      (Exchange.bob, false, true), (Stranger.address(1), true, true),
      (Stranger.address(1), false, false),
    ])
  func stranger(source: SocketAddress, isProven: Bool, isTie: Bool) throws {
    var alice = Handshaker(.sample(1))
    let start = ContinuousClock.now
    let own = try #require(Self.datagram(alice.initiate(to: Exchange.bob, now: start)))
    // No key is smaller.
    let smallest = HandshakeMessage.initiation(
      from: 1, [UInt8](repeating: 0, count: HandshakeMessage.initiationBodySize),
      cookie: [UInt8](repeating: 0, count: HandshakeMessage.cookieSize))
    // Late enough for ours to be sent once more to a peer that seems to have missed it.
    let actions = alice.receive(
      smallest.encoded, from: source, isProven: isProven, now: start + .seconds(1))
    try #require(actions.count == 2)
    guard case .send(let sent, let target) = actions[0], case .dropped(let drop) = actions[1] else {
      Issue.record("a datagram and its reason")
      return
    }
    #expect(drop == (isTie ? .tieBreak : .cookie))
    #expect(target == (isTie ? Exchange.bob : source))
    if isTie { #expect(sent == own) } else { #expect(sent.first == 6) }
  }

  private static func datagram(_ actions: [Handshaker.Action]) -> [UInt8]? {
    guard case .send(let datagram, _)? = actions.first else { return nil }
    return datagram
  }
}
