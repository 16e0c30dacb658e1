import Dataplane
import Testing

@testable import Handshake

@Suite struct ForgeryTests {
  @Test(
    "A datagram that is changed anywhere, or cut short, makes no false session",
    arguments: [UInt8(1), 2, 3, 6])
  func changed(type: UInt8) throws {
    let length = [1: 240, 2: 128, 3: 96, 6: 32][type]!
    for cut in [false, true] {
      // Lengths are told apart long before anything is computed: a few will do.
      for at in stride(from: 0, to: length, by: cut ? 13 : 1) {
        var exchange = Exchange.sample(3)
        var isSpent = false
        exchange.fate = { flight in
          // The initiation that gets an answer is the second.
          guard flight.type == type, !isSpent,
            type != 1 || flight.datagram.suffix(16).contains(where: { $0 != 0 })
          else { return [flight] }
          isSpent = true
          var changed = flight
          if cut {
            changed.datagram.removeLast(changed.datagram.count - at)
          } else {
            changed.datagram[at] ^= at % 2 == 0 ? 0x80 : 0x01
          }
          return [changed]
        }
        exchange.begin(\.alice)
        exchange.deliver()
        #expect(isSpent)
        // A changed initiation or cookie costs another cookie, or a repeat.
        if type == 2 || type == 3 {
          #expect(exchange.bob.established.isEmpty, "\(cut) \(at)")
          #expect(exchange.alice.established.isEmpty || type == 3, "\(cut) \(at)")
        }
        // The real messages come through.
        exchange.run(for: .seconds(4))
        #expect(exchange.isAgreed, "\(cut) \(at)")
        #expect(exchange.alice.established.count == 1 && exchange.bob.established.count == 1)
      }
    }
  }

  @Test("A whole handshake of yesterday establishes nothing", arguments: [false, true])
  func replay(isRestarted: Bool) {
    var exchange = Exchange.established()
    let yesterday = exchange.log.filter { $0.type != 4 }
    if isRestarted {
      exchange.restart(\.alice, .sample(50))
      exchange.restart(\.bob, .sample(51))
      exchange.begin(\.bob)
    }
    for pause in [Duration.zero, .seconds(1), .seconds(15), .seconds(30), .seconds(86_400)] {
      exchange.run(for: pause)
      let before = [exchange.alice, exchange.bob].map(\.established.count)
      exchange.send(yesterday + yesterday.reversed() + yesterday)
      exchange.run(for: .seconds(5))
      #expect([exchange.alice, exchange.bob].map(\.established.count) == before)
      #expect(exchange.isAgreed)
    }
  }

  @Test("A copy of message 3 has the keys shown again, a few times, from its own address only")
  func copies() {
    var exchange = Exchange.established()
    let third = exchange.log.last { $0.type == 3 }!
    exchange.send([Flight](repeating: third, count: 100))
    exchange.deliver()
    #expect(exchange.bob.confirms.count == 4)
    #expect(exchange.bob.drops.suffix(96).allSatisfy { $0 == .rateLimited })
    exchange.run(for: .seconds(1))
    var elsewhere = third
    elsewhere.from.port += 1
    var changed = third
    changed.datagram[40] ^= 1
    exchange.send([elsewhere, changed])
    exchange.deliver()
    #expect(exchange.bob.confirms.count == 4)
    #expect(exchange.bob.drops.suffix(2) == [.wrongAddress, .stale])
    // Forgotten after a while.
    exchange.run(for: .seconds(20))
    exchange.send([third])
    exchange.deliver()
    #expect(exchange.bob.drops.last == .unknownIndex)
  }

  @Test("Guesses at message 3 do not end the handshake that they are aimed at")
  func guesses() {
    var exchange = Exchange.sample()
    var isOpen = false
    exchange.fate = { flight in
      guard flight.type == 3, !isOpen else { return [flight] }
      // At its first half by one who knows no more than the index, or at its second by one who saw it.
      return (0..<1_000).map { round in
        var guess = flight
        guess.datagram[round % 2 == 0 ? 20 : 90] ^= UInt8(round % 255 + 1)
        return guess
      }
    }
    exchange.begin(\.alice)
    exchange.deliver()
    #expect(exchange.bob.established.isEmpty)
    isOpen = true
    exchange.run(for: .seconds(4))
    #expect(exchange.isAgreed)
  }

  @Test("Guesses at message 2 do not end the handshake that they are aimed at")
  func guessedAnswers() {
    var exchange = Exchange.sample()
    exchange.fate = { flight in
      guard flight.type == 2 else { return [flight] }
      return (0..<20).map { round in
        var guess = flight
        guess.datagram[16 + round * 5] ^= 1
        return guess
      } + [flight]
    }
    exchange.begin(\.alice)
    exchange.run(for: .seconds(4))
    #expect(exchange.isAgreed)
  }

  @Test("Message 3 from another address than message 1's is dropped")
  func wrongAddress() {
    var exchange = Exchange.sample()
    exchange.fate = { flight in
      guard flight.type == 3 else { return [flight] }
      var moved = flight
      moved.from.port = 9
      return [moved]
    }
    exchange.begin(\.alice)
    exchange.run(for: .seconds(3))
    #expect(exchange.bob.established.isEmpty)
    #expect(exchange.bob.drops.contains(.wrongAddress))
  }
}
