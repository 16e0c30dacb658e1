/// A stack of free indexes: last in, first out, so that what is used next is what is still in the cache.
@safe
struct IndexStack {
  private let capacity: Int
  private let entries: UnsafeMutablePointer<UInt16>
  private let top: UnsafeMutablePointer<Int>

  static func footprint(capacity: Int) -> Int { capacity * 2 + 128 }

  /// Holds all of `range`, its first index on top.
  init(_ range: Range<Int>, from slab: inout Slab) {
    capacity = range.count
    // SAFETY: columns of the slab, sized for all of the range, used by this stack alone.
    unsafe entries = slab.carve(range.count * 2).base.assumingMemoryBound(to: UInt16.self)
    unsafe top = slab.carve(8).base.assumingMemoryBound(to: Int.self)
    for index in range.reversed() { push(index) }
  }

  var count: Int { unsafe top.pointee }

  func pop() -> Int? {
    // SAFETY: top is within 0...capacity, so the entry below it was pushed.
    guard unsafe top.pointee > 0 else { return nil }
    unsafe top.pointee &-= 1
    return unsafe Int(entries[top.pointee])
  }

  func push(_ index: Int) {
    assert(count < capacity, "more indexes given back than there are")
    unsafe entries[top.pointee] = UInt16(truncatingIfNeeded: index)
    unsafe top.pointee &+= 1
  }
}
