/// A first-in, first-out queue of slot indexes with a fixed capacity.
@safe
struct IndexQueue {
  private let capacity: Int
  private let entries: UnsafeMutablePointer<UInt16>
  private let state: UnsafeMutablePointer<(head: Int, count: Int)>

  init(capacity: Int, from slab: inout Slab) {
    self.capacity = capacity
    // SAFETY: columns of the slab, used by this queue alone, zeroed.
    unsafe entries = slab.carve(capacity * 2).base.assumingMemoryBound(to: UInt16.self)
    unsafe state = slab.carve(16).base.assumingMemoryBound(to: (head: Int, count: Int).self)
  }

  var count: Int { unsafe state.pointee.count }
  var isEmpty: Bool { count == 0 }

  /// Appends; a slot is in at most one queue, so the capacity (all slots) is never exceeded.
  func append(_ index: Int) {
    assert(count < capacity)
    // SAFETY: head and count are within the capacity.
    let at = unsafe (state.pointee.head &+ state.pointee.count) % capacity
    unsafe entries[at] = UInt16(truncatingIfNeeded: index)
    unsafe state.pointee.count &+= 1
  }

  var first: Int? {
    // SAFETY: the head entry was written by `append`.
    unsafe state.pointee.count > 0 ? Int(entries[state.pointee.head]) : nil
  }

  func removeFirst() {
    assert(count > 0)
    unsafe state.pointee.head = (state.pointee.head &+ 1) % capacity
    unsafe state.pointee.count &-= 1
  }
}
