import Dataplane
import Testing

@testable import Handshake

@Suite struct HandshakerTests {
  @Test(
    "Two hosts agree on a session, with and without a pre-shared key", arguments: [nil, UInt8(1)])
  func agreement(psk: UInt8?) throws {
    let offers = [
      Offer(lanes: 4, mtu: 1_400, basePort: 51_900, features: 0xffff_ffff),
      Offer(lanes: 1, prefersChaCha: true, mtu: 8_900, basePort: 7),
    ]
    let identities = [Identity(), Identity()]
    var exchange = Exchange(
      alice: .sample(
        1, identity: identities[0], psk: psk, offer: offers[0], trusted: identities[1].publicKey),
      bob: .sample(
        2, identity: identities[1], psk: psk, offer: offers[1], trusted: identities[0].publicKey))
    exchange.begin(\.alice)
    exchange.deliver()
    #expect(exchange.isAgreed)
    let alice = try #require(exchange.alice.session)
    let bob = try #require(exchange.bob.session)
    #expect(alice.keys.cipher == .chaCha20Poly1305)
    #expect(alice.role == .initiator && !alice.keys.isProven)
    #expect(bob.role == .responder && bob.keys.isProven)
    #expect(alice.publicKey == identities[1].publicKey && alice.address == Exchange.bob)
    #expect(bob.publicKey == identities[0].publicKey && bob.address == Exchange.alice)
    #expect(alice.offer.lanes == 1 && alice.offer.mtu == 8_900 && alice.offer.basePort == 7)
    #expect(bob.offer.lanes == 4 && bob.offer.features == 0xffff_ffff)
    // A stranger's first message costs a cookie; then it is three.
    #expect(exchange.log.map(\.type) == [1, 6, 1, 2, 3, 4])
    #expect(exchange.log.map(\.datagram.count) == [240, 32, 240, 128, 96, 16])
    #expect(exchange.bob.drops == [.cookie] && exchange.alice.drops.isEmpty)
    // Nothing is left to do but to forget.
    exchange.run(for: .seconds(60))
    #expect(exchange.log.count == 6)
    #expect(exchange.alice.handshaker.nextDeadline == nil)
    #expect(exchange.bob.handshaker.nextDeadline == nil)
  }

  @Test("Message 1 is repeated at growing intervals, and drawn anew after 20 seconds, for ever")
  func initiationTimes() {
    var exchange = Exchange.sample()
    let start = exchange.now
    var times: [Duration] = []
    var messages: [[UInt8]] = []
    exchange.fate = { _ in [] }
    exchange.begin(\.alice)
    while messages.count < 14 {
      times += [Duration](
        repeating: exchange.now - start, count: exchange.log.count - messages.count)
      messages = exchange.log.map(\.datagram)
      exchange.run(for: .milliseconds(250))
    }
    let gaps = [0, 500, 1_500, 3_500, 7_500, 12_500, 17_500]
    #expect(times == (gaps + gaps.map { $0 + 20_000 }).map { .milliseconds($0) })
    #expect(Set(messages[0..<7]).count == 1 && Set(messages[7..<14]).count == 1)
    // New index, new key.
    #expect(messages[0][8..<12] != messages[7][8..<12])
    #expect(messages[0][16..<48] != messages[7][16..<48])
    // Until it is told otherwise.
    exchange.alice.handshaker.cancel()
    #expect(exchange.alice.handshaker.nextDeadline == nil)
  }

  @Test("Message 3 is repeated for 10 seconds; then the handshake begins again")
  func confirmationTimes() {
    var exchange = Exchange.sample()
    exchange.fate = { $0.type == 4 || $0.type == 3 ? [] : [$0] }
    let start = exchange.now
    exchange.begin(\.alice)
    var times: [Duration] = []
    for _ in 0..<40 {
      exchange.run(for: .milliseconds(249))
      let count = exchange.log.count { $0.type == 3 }
      times += [Duration](repeating: exchange.now - start, count: count - times.count)
      exchange.run(for: .milliseconds(1))
    }
    #expect(
      times.map { Int($0 / .milliseconds(1)) / 250 * 250 }
        == [0, 250, 750, 1_750, 3_750, 5_750, 7_750, 9_750])
    #expect(Set(exchange.log.filter { $0.type == 3 }.prefix(8).map(\.datagram)).count == 1)
    #expect(exchange.alice.unproven == [exchange.alice.established[0].keys.localIndex])
    #expect(exchange.bob.established.isEmpty)
    exchange.fate = { [$0] }
    exchange.run(for: .seconds(1))
    #expect(exchange.isAgreed)
  }

  @Test("A handshake that is under way is not begun twice, unless to another address")
  func initiateTwice() {
    var handshaker = Handshaker(.sample(1))
    let now = ContinuousClock.now
    #expect(handshaker.initiate(to: Exchange.bob, now: now).count == 1)
    #expect(handshaker.initiate(to: Exchange.bob, now: now).isEmpty)
    #expect(handshaker.initiate(to: Exchange.alice, now: now).count == 1)
  }

  @Test("A second handshake renews the keys while the first session lives")
  func rekey() throws {
    var exchange = Exchange.established()
    for count in 2...5 {
      exchange.run(for: .seconds(120))
      exchange.begin(count % 2 == 0 ? \.alice : \.bob)
      exchange.deliver()
      #expect(exchange.isAgreed)
      #expect(exchange.alice.established.count == count)
    }
    let keys = exchange.alice.established.map(\.keys)
    #expect(Set(keys.map(\.localIndex)).count == 5)
    #expect(!keys[0].sending.hasBytes(of: keys[1].receiving))
    // The peer's address is known: no more cookies.
    #expect(exchange.log.count { $0.type == 6 } == 1)
  }

  @Test("A restarted host gets a session again, whoever asks first", arguments: [false, true])
  func restart(restartedAsks: Bool) {
    for _ in 0..<3 {
      var exchange = Exchange.established()
      exchange.restart(\.bob, .sample(7))
      exchange.begin(restartedAsks ? \.bob : \.alice)
      exchange.deliver()
      #expect(exchange.isAgreed)
      // And at once again, as when a service manager is impatient.
      exchange.restart(\.alice, .sample(8))
      exchange.begin(restartedAsks ? \.alice : \.bob)
      exchange.deliver()
      #expect(exchange.isAgreed)
    }
  }

  @Test("A host that restarts in the midst of its handshake is answered anew")
  func restartMidway() {
    var exchange = Exchange.established()
    for seed in 20..<30 {
      exchange.restart(\.alice, .sample(UInt64(seed)))
      exchange.begin(losing: 3)
      #expect(!exchange.isAgreed)
    }
    exchange.fate = { [$0] }
    exchange.run(for: .seconds(2))
    #expect(exchange.isAgreed)
  }
}
