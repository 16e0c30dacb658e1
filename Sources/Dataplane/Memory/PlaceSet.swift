/// Which of up to 64 places are taken, a bit for each.
struct PlaceSet {
  static let capacity = 64

  private var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  /// The lowest; nil where there is none.
  var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

  func contains(_ place: Int) -> Bool { bits & Self.bit(place) != 0 }

  mutating func insert(_ place: Int) { bits |= Self.bit(place) }

  mutating func remove(_ place: Int) { bits &= ~Self.bit(place) }

  private static func bit(_ place: Int) -> UInt64 {
    assert(place >= 0 && place < capacity)
    return 1 &<< UInt64(truncatingIfNeeded: place)
  }
}
