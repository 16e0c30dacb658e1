import Dataplane

@testable import Handshake

/// Somebody who is not the peer.
enum Stranger {
  /// An address that no other number has, of a host of its own.
  static func address(_ number: Int) -> SocketAddress {
    SocketAddress(.v4(0x0a00_0000 + UInt32(number)), port: 4_000)
  }

  /// An initiation with a random key, which is a valid one.
  static func initiation(_ random: inout SeededRandom) -> HandshakeMessage {
    // Eight bytes of the key tell one from the other.
    var body = [UInt8](repeating: 9, count: HandshakeMessage.initiationBodySize)
    let word = random.next()
    for index in 0..<8 { body[index] = UInt8(truncatingIfNeeded: word >> (index * 8)) }
    return .initiation(
      from: UInt32(truncatingIfNeeded: random.next()) | 1, body,
      cookie: [UInt8](repeating: 0, count: HandshakeMessage.cookieSize))
  }
}
