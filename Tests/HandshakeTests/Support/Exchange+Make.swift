import Crypto
import Dataplane
import Testing

@testable import Handshake

extension Handshaker.Configuration {
  /// What a test does not care about.
  static func sample(
    _ seed: UInt64, identity: Identity = Identity(), psk: UInt8? = nil,
    offer: Offer = Offer(lanes: 2, mtu: 1_400, basePort: 51_900), trusted: PublicKey? = nil
  ) -> Self {
    Self(
      identity: identity,
      psk: psk.map { byte in
        [UInt8](repeating: byte, count: 32).withUnsafeBytes { Secret($0) }
      },
      offer: offer, random: SeededRandom(seed)
    ) { key, _ in trusted == nil || key == trusted ? .trusted : .refused }
  }
}

extension Exchange {
  /// Two that have nothing against each other.
  static func sample(_ seed: UInt64 = 1, psk: UInt8? = nil) -> Exchange {
    Exchange(alice: .sample(seed, psk: psk), bob: .sample(seed + 1_000, psk: psk))
  }

  /// The same, with a session of alice's asking.
  static func established(_ seed: UInt64 = 1, psk: UInt8? = nil) -> Exchange {
    var exchange = sample(seed, psk: psk)
    exchange.begin(\.alice)
    exchange.deliver()
    precondition(exchange.isAgreed)
    return exchange
  }
}

// What fails is named by the test; a dump of all keys helps nobody.
extension Exchange: CustomTestStringConvertible {
  var testDescription: String {
    "exchange of \(log.map { String($0.type) }.joined(separator: " "))"
  }
}

extension Host: CustomTestStringConvertible {
  var testDescription: String { "host with \(established.count) sessions, drops \(drops)" }
}

extension Establishment: CustomTestStringConvertible {
  public var testDescription: String { "session \(keys.localIndex)" }
}
