@testable import Dataplane

/// An end that the fuzzer sends to, and the rules by which it takes datagrams, said the slow way.
protocol FuzzedEnd {
  associatedtype S: Sealer

  var end: WalkEnd<S> { get }
  var udpSegments: Int { get }

  init(udpSegments: Int) throws

  /// Lets sessions come and go, now and then: in the middle of a turn, as a lane does when it is asked to.
  mutating func changeSessions(_ random: inout SeededGenerator) throws(Problem)

  /// What the next datagram's header says that is to be let in.
  mutating func next(
    _ random: inout SeededGenerator
  ) -> (session: UInt32, counter: UInt64)

  /// Whether a datagram whose type, version, flags and lane are right is to be let in.
  mutating func takes(session: UInt32, counter: UInt64) -> Bool
}

extension FuzzedEnd {
  /// A counter value to follow `counter`, or one near it.
  static func stamp(_ counter: inout UInt64, _ random: inout SeededGenerator) -> UInt64 {
    var value = counter
    counter += 1
    switch random.below(200) {
    case 0...3: value -= min(value, UInt64(random.below(10_000)))
    case 4: counter += UInt64(random.below(20_000))
    case 5: value = random.oneIn(50) ? .max - UInt64(random.below(3)) : value
    default: break
    }
    return value
  }
}
