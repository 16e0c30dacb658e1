import Dataplane
import Testing

@testable import Handshake

@Suite struct LossTests {
  @Test(
    "A lost message is made good by repeating",
    arguments: [UInt8(1), 2, 3, 4, 6], [1, 2, 3])
  func lost(type: UInt8, times: Int) throws {
    var exchange = Exchange.sample(psk: 1)
    var left = times
    exchange.fate = { flight in
      guard flight.type == type, left > 0 else { return [flight] }
      left -= 1
      return []
    }
    exchange.begin(\.alice)
    exchange.run(for: .seconds(8))
    #expect(exchange.isAgreed)
    #expect(exchange.alice.established.count == 1 && exchange.bob.established.count == 1)
    #expect(left == 0)
    // Losing what says that message 3 came costs a copy of it, which shows the keys again.
    if type == 4 { #expect(exchange.bob.confirms.count == times) }
  }

  @Test(
    "A path that loses, repeats and swaps datagrams delays a session, and no more",
    arguments: 0..<40)
  func badPath(seed: Int) {
    var random = SeededRandom(UInt64(seed))
    var held: [Flight] = []
    var exchange = Exchange.sample(UInt64(seed))
    exchange.fate = { flight in
      switch random.next() % 10 {
      case 0...2: return []
      case 3: return [flight, flight]
      case 4:
        held.append(flight)
        return []
      case 5:
        defer { held = [] }
        return [flight] + held
      default: return [flight]
      }
    }
    exchange.begin(\.alice)
    if seed % 2 == 0 { exchange.begin(\.bob) }
    exchange.run(for: .seconds(60))
    #expect(
      exchange.alice.established.contains { one in
        exchange.bob.established.contains { Exchange.agree(one, $0) }
      })
    #expect(exchange.alice.proven.count > 0 && exchange.bob.proven.count > 0)
    #expect(exchange.alice.handshaker.outgoing.index == nil)
    #expect(exchange.bob.handshaker.outgoing.index == nil)
  }
}
