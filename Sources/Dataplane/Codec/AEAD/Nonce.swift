/// What makes each datagram under a key another one: 12 bytes, as both ciphers want them.
///
/// Lanes share the session's keys, so the lane's number comes first; behind it stands the counter value,
/// which no lane uses twice (the deterministic construction of SP 800-38D, 8.2.1).
struct Nonce: Equatable {
  static let size = 12
  /// Bytes that ``write(_:)`` takes: what follows the nonce is zeroed.
  static let room = 16

  let lane: UInt32
  let counter: UInt64

  /// Lays the nonce out: both parts little-endian, as the numbers in a datagram's header are.
  func write(_ memory: Bytes) {
    memory.put(le64: UInt64(lane) | counter << 32, counter >> 32, 0)
  }
}
