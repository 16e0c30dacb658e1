/// Which counter values of a peer's lane have arrived: a sliding window over a ring of bits (RFC 6479).
///
/// It also makes loss exact: every counter value up to the highest is either taken once or lost.
@safe
struct ReplayWindow {
  /// Bits; the window itself is one word shorter, so that clearing ahead never touches what still counts.
  static let bits = 8192 + 64
  static let footprint = bits / 8

  private let words: UnsafeMutablePointer<UInt64>
  /// The counter value that would come next after the highest seen.
  private(set) var next: UInt64 = 0
  /// Values taken; `next` minus this is the number of datagrams lost so far.
  private(set) var taken: UInt64 = 0

  init(_ memory: Bytes) {
    precondition(memory.count == Self.footprint)
    // SAFETY: a column of the slab of exactly this size, used by this window alone.
    unsafe words = memory.base.assumingMemoryBound(to: UInt64.self)
    reset()
  }

  /// Forgets everything: a new session starts at 0.
  mutating func reset() {
    next = 0
    taken = 0
    for word in 0..<(Self.bits / 64) { unsafe words[word] = 0 }
  }

  /// Takes a counter value; false where it came before or is too old to tell.
  mutating func take(_ counter: UInt64) -> Bool {
    let word = Int(truncatingIfNeeded: (counter >> 6) % UInt64(Self.bits / 64))
    let bit: UInt64 = 1 << (counter & 63)
    if counter >= next {
      guard counter < UInt64.max else { return false }
      // Words between the highest and this one are new ground.
      let last = next == 0 ? 0 : (next &- 1) >> 6
      var steps = Swift.min((counter >> 6) &- last, UInt64(Self.bits / 64))
      var clear = counter >> 6
      while steps > 0 {
        unsafe words[Int(truncatingIfNeeded: clear % UInt64(Self.bits / 64))] = 0
        clear &-= 1
        steps &-= 1
      }
      next = counter &+ 1
    } else if next &- counter > UInt64(Self.bits - 64) {
      return false
    }
    // SAFETY: `word` is a remainder by the number of words.
    guard unsafe words[word] & bit == 0 else { return false }
    unsafe words[word] |= bit
    taken &+= 1
    return true
  }

  /// Values up to the highest that have not come.
  var lost: UInt64 { next &- taken }
}
