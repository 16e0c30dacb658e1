import Crypto
import Dataplane
import Testing

@testable import Handshake

@Suite struct FloodTests {
  @Test("100,000 strangers' messages leave nothing behind, and are seldom answered")
  func strangers() {
    var bob = Handshaker(.sample(2))
    var random = SeededRandom(1)
    var now = ContinuousClock.now
    let start = now
    var answers = 0
    var drops: [Drop: Int] = [:]
    for number in 0..<100_000 {
      now += .microseconds(20)
      let datagram = Stranger.initiation(&random).encoded
      for action in bob.receive(
        datagram, from: Stranger.address(number), isProven: false, now: now)
      {
        if case .send(let answer, _) = action {
          answers += 1
          #expect(answer.count == 32)
        }
        if case .dropped(let drop) = action { drops[drop, default: 0] += 1 }
      }
    }
    let seconds = Int((now - start) / .seconds(1))
    #expect(answers <= 100 + 200 * (seconds + 1))
    #expect(drops[.cookie] == answers && drops[.rateLimited] == 100_000 - answers)
    #expect(bob.responses.pendingCount == 0)
    #expect(bob.nextDeadline == nil)
  }

  @Test("Strangers that repeat their cookies get few answers and few places")
  func cookies() throws {
    var bob = Handshaker(.sample(2))
    var random = SeededRandom(1)
    var now = ContinuousClock.now
    var responses = 0
    for number in 0..<2_000 {
      now += .milliseconds(5)
      let message = Stranger.initiation(&random)
      let source = Stranger.address(number)
      let asked = bob.receive(message.encoded, from: source, isProven: false, now: now)
      guard case .send(let answer, _)? = asked.first else { continue }
      let again = HandshakeMessage.initiation(
        from: message.senderIndex, message.body,
        cookie: try HandshakeMessage(decoding: answer).body)
      let answered = bob.receive(again.encoded, from: source, isProven: false, now: now)
      if case .send(let datagram, _)? = answered.first {
        #expect(datagram[0] == 2 && datagram.count <= HandshakeMessage.initiationSize)
        responses += 1
      }
      #expect(bob.responses.pendingCount < ResponseTable.capacity)
    }
    // Ten seconds: ten a second, and a burst.
    #expect((100...110).contains(responses))
    // They are forgotten.
    _ = bob.tick(now: now + Response.lifetime)
    #expect(bob.responses.pendingCount == 0)
  }

  @Test("One host with many ports does not push the others out")
  func oneHost() throws {
    var table = ResponseTable()
    let now = ContinuousClock.now
    let noise = HandshakeState(
      .responder, prologue: [], identity: .init(), ephemeral: .init(), psk: nil)
    var random = SeededRandom(1)
    func response(_ index: UInt32, _ source: SocketAddress) -> Response {
      Response(
        index: index, source: source, question: Stranger.initiation(&random), datagram: [],
        noise: noise, begun: now)
    }
    table.insert(response(1, Stranger.address(1)), isPeer: false)
    table.insert(response(2, Exchange.alice), isPeer: true)
    for port in 0..<1_000 {
      let source = SocketAddress(Stranger.address(2).address, port: UInt16(port))
      table.insert(response(UInt32(10 + port), source), isPeer: false)
    }
    #expect(table.pendingCount == 2 + ResponseTable.capacityPerHost)
    #expect(table.response(1) != nil && table.response(2) != nil)
    #expect(table.isCrowded(by: Stranger.address(2), now: now))
    #expect(!table.isCrowded(by: Stranger.address(2), now: now + .seconds(1)))
    // Many hosts push out the one that was longest without a sign, and never the peer.
    for number in 3..<100 {
      table.insert(response(UInt32(2_000 + number), Stranger.address(number)), isPeer: false)
      if let first = table.response(1) { table.update(first) }
    }
    #expect(table.pendingCount == ResponseTable.capacity)
    #expect(table.response(1) != nil && table.response(2) != nil)
    for number in 100..<110 {
      table.insert(response(UInt32(2_000 + number), Stranger.address(number)), isPeer: false)
    }
    #expect(table.response(1) == nil && table.response(2) != nil)
  }

  @Test("A peer has its session while strangers, and others in its name, flood")
  func peerInFlood() {
    for isKnown in [false, true] {
      var exchange = isKnown ? Exchange.established() : .sample()
      exchange.run(for: .seconds(60))
      var random = SeededRandom(9)
      for round in 0..<2_000 {
        let source = isKnown && round % 20 == 0 ? Exchange.alice : Stranger.address(round)
        exchange.send([
          Flight(
            datagram: Stranger.initiation(&random).encoded, from: source, to: Exchange.bob)
        ])
        // Strangers that repeat their cookies as well.
        if round == 1_000 { exchange.begin(\.alice) }
        exchange.run(for: .milliseconds(isKnown ? 1 : 6))
      }
      exchange.run(for: .seconds(2))
      #expect(exchange.isAgreed)
      #expect(exchange.bob.established.count == (isKnown ? 2 : 1))
    }
  }

  @Test("No answer is larger than its question, whatever is said", arguments: 0..<20)
  func amplification(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    var exchange = Exchange.sample(UInt64(seed), psk: seed % 2 == 0 ? 1 : nil)
    exchange.fate = { flight in random.next() % 4 == 0 ? [] : [flight, flight] }
    exchange.begin(\.alice)
    if seed % 3 == 0 { exchange.begin(\.bob) }
    for _ in 0..<2_000 where !exchange.path.isEmpty {
      let question = exchange.path[0]
      let before = exchange.log.count
      _ = exchange.step()
      let answers = exchange.log[before...].map(\.datagram.count).reduce(0, +)
      switch question.type {
      case 6:
        // A cookie has our own initiation repeated, to where it went: the question is ours.
        #expect(answers <= HandshakeMessage.initiationSize)
      case 2, 4:
        // Message 3, to where message 1 went.
        #expect(answers <= question.datagram.count)
      default:
        #expect(answers <= question.datagram.count)
        #expect(exchange.log[before...].allSatisfy { $0.to == question.from })
      }
      if exchange.path.isEmpty { exchange.run(for: .seconds(1)) }
    }
  }
}
