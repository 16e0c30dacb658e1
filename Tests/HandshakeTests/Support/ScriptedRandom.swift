@testable import Handshake

/// Draws what it was given, in this order, and then whatever else.
struct ScriptedRandom: RandomNumberGenerator {
  private var words: [UInt64]
  private var rest = SeededRandom(1)

  /// The bytes are those of whole words.
  init(_ bytes: [UInt8]) {
    words = stride(from: 0, to: bytes.count, by: 8).map { bytes.little($0, as: UInt64.self) }
  }

  mutating func next() -> UInt64 { words.isEmpty ? rest.next() : words.removeFirst() }
}
