import Dataplane
import Testing

@testable import Handshake

@Suite("The limits of docs/SECURITY.md")
struct LimitTests {
  @Test(
    "So many at once, so many in the second after that, and all else is dropped",
    arguments: Limit.all)
  func limit(limit: Limit) throws {
    var load = try limit.load()
    var done = (atOnce: 0, after: 0)
    var isLimited = 0
    for number in 0..<Limit.inputsAtOnce + Limit.inputsAfter {
      let late = max(0, number + 1 - Limit.inputsAtOnce)
      let actions = load.send(number, after: .milliseconds(late))
      if actions.contains(where: limit.sign.matches) {
        if late == 0 { done.atOnce += 1 } else { done.after += 1 }
      } else if actions.count == 1, Limit.Sign.dropped(.rateLimited).matches(actions[0]) {
        isLimited += 1
      }
    }
    #expect(done == (limit.burst, limit.rate))
    #expect(isLimited == Limit.inputsAtOnce + Limit.inputsAfter - limit.burst - limit.rate)
  }

  private func isAnswered(_ actions: [Handshaker.Action]) -> Bool {
    actions.contains(where: Limit.Sign.sent(2).matches)
  }

  @Test("Neither the peer nor strangers use up the other's answers", arguments: [false, true])
  func ownTokens(peerIsFirst: Bool) throws {
    func isPeer(_ number: Int) -> Bool { number % 2 == 0 }
    var load = try Limit.withCookies(isProven: false) { number in
      isPeer(number) ? Exchange.alice : Stranger.address(number)
    }
    for peersTurn in [peerIsFirst, !peerIsFirst] {
      load.isProven = peersTurn
      let answers = (0..<100).filter { isPeer($0) == peersTurn }.count { number in
        isAnswered(load.send(number, after: .zero))
      }
      #expect(answers == 10)
    }
  }

  @Test("One host has two answers a second, and its other requests take none from other hosts")
  func oneHost() throws {
    let others = 300..<305
    var load = try Limit.withCookies(isProven: false) { number in
      others.contains(number)
        ? Stranger.address(number)
        : SocketAddress(Stranger.address(1).address, port: UInt16(1 + number))
    }
    func answers(_ numbers: Range<Int>, after time: (Int) -> Duration) -> Int {
      numbers.count { isAnswered(load.send($0, after: time($0))) }
    }
    #expect(answers(0..<300) { _ in .zero } == 2)
    #expect(answers(others) { _ in .zero } == others.count)
    #expect(answers(305..<1_000) { .milliseconds($0 - 304) } == 0)
    #expect(answers(1_000..<1_001) { _ in .milliseconds(999) } == 0)
    #expect(answers(1_001..<1_100) { _ in .seconds(1) } == 2)
  }

  @Test("Ten initiations from the peer's address need no cookie, and then ten a second")
  func withoutCookie() {
    // From another address each time, as the place of each is taken by its first.
    var load = Limit.withoutCookies(isProven: true, from: Stranger.address)
    func tally(_ numbers: Range<Int>, after time: (Int) -> Duration) -> [Int] {
      let actions = numbers.flatMap { load.send($0, after: time($0)) }
      return [Limit.Sign.sent(2), .dropped(.cookie), .dropped(.rateLimited)].map { sign in
        actions.count(where: sign.matches)
      }
    }
    // Were more of them let through, they would find no token for an answer and get no cookie either.
    #expect(tally(0..<50) { _ in .zero } == [10, 40, 0])
    #expect(tally(50..<150) { .milliseconds(($0 - 49) * 10) } == [10, 90, 0])
  }

  @Test("Message 3 is not repeated for a copy of message 2 within 250 ms of its last repeat")
  func confirmationGap() throws {
    var exchange = Exchange.sample()
    exchange.begin(losing: 3)
    let second = try #require(exchange.log.last { $0.type == 2 })
    func repeats() -> Int { exchange.log.count { $0.type == 3 } }
    exchange.run(for: .milliseconds(250))
    #expect(repeats() == 2)
    // Its own next repeat is 500 ms later.
    for (pause, expected) in [(1, 2), (248, 2), (1, 3), (249, 3)] {
      exchange.run(for: .milliseconds(pause))
      exchange.send([second])
      exchange.deliver()
      #expect(repeats() == expected)
    }
    #expect(exchange.alice.drops == [.rateLimited, .rateLimited, .rateLimited])
  }

  @Test("A peer that is not trusted is computed with once for each handshake")
  func wrongKey() throws {
    var asked: [PublicKey] = []
    let stranger = Identity()
    var configuration = Handshaker.Configuration.sample(2)
    configuration.trust = { key, _ in
      asked.append(key)
      return .refused
    }
    var exchange = Exchange(alice: .sample(1, identity: stranger), bob: configuration)
    exchange.begin(\.alice)
    exchange.deliver()
    let third = try #require(exchange.log.last { $0.type == 3 })
    exchange.send([Flight](repeating: third, count: 99))
    exchange.deliver()
    #expect(
      exchange.bob.drops == [.cookie, .wrongPeerKey(stranger.publicKey)]
        + [Drop](repeating: .unknownIndex, count: 99))
    // The key is judged after all that costs.
    #expect(asked == [stranger.publicKey])
    #expect(exchange.bob.handshaker.responses.pendingCount == 0)
  }
}
