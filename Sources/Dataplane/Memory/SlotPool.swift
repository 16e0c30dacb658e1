/// A fixed number of slots of one kind in the slab, and which of them are free.
///
/// Like ``BufferPool`` a handle; slots are reached by index and mutated in place.
@safe
struct SlotPool<Slot> {
  let count: Int
  private let slots: UnsafeMutablePointer<Slot>
  private let free: IndexStack

  /// Slab bytes of the pool's own columns, without what each slot carves for itself.
  static func footprint(count: Int) -> Int {
    count * MemoryLayout<Slot>.stride + 64 + IndexStack.footprint(capacity: count)
  }

  init(count: Int, from slab: inout Slab, make: (inout Slab) -> Slot) {
    self.count = count
    // SAFETY: a column of the slab, used by this pool alone. Slots hold only trivial values (pointers
    // and integers), so the mapping's end needs no deinitialisation.
    unsafe slots = slab.carve(count * MemoryLayout<Slot>.stride).base
      .assumingMemoryBound(to: Slot.self)
    for index in 0..<count { unsafe (slots + index).initialize(to: make(&slab)) }
    free = IndexStack(0..<count, from: &slab)
  }

  subscript(index: Int) -> Slot {
    unsafeAddress {
      assert(index >= 0 && index < count)
      // SAFETY: within the column, as asserted; indexes come from `take`.
      return unsafe UnsafePointer(slots + index)
    }
    nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < count)
      // SAFETY: as above.
      return unsafe slots + index
    }
  }

  func take() -> Int? { free.pop() }
  func giveBack(_ index: Int) { free.push(index) }
}
