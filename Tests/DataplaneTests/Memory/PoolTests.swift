import Testing

@testable import Dataplane

@Suite("Pools")
struct PoolTests {
  @Test("A buffer is free when the last of its holders lets go")
  func references() throws {
    var slab = try Slab(size: 65_536)
    let pool = BufferPool(count: 3, stride: 128, from: &slab)
    pool.hold(1)
    pool.retain(1)
    pool.retain(1)
    #expect(!pool.release(1))
    #expect(!pool.release(1))
    #expect(pool.release(1))
    pool.hold(1)
    #expect(pool.release(1))
  }

  @Test("Buffers are apart, and as long as they say")
  func buffers() throws {
    var slab = try Slab(size: 65_536)
    let pool = BufferPool(count: 3, stride: 128, from: &slab)
    for index in 0..<3 {
      for offset in 0..<128 { pool[index][offset] = UInt8(index) }
    }
    for index in 0..<3 {
      #expect(pool[index].copied() == [UInt8](repeating: UInt8(index), count: 128))
    }
  }

  @Test("Slots are taken once, changed in place, and given back")
  func slots() throws {
    var slab = try Slab(size: 65_536)
    var made = 0
    let pool = SlotPool<Int>(count: 4, from: &slab) { _ in
      made += 1
      return made * 100
    }
    let taken = (0..<4).compactMap { _ in pool.take() }
    #expect(Set(taken) == [0, 1, 2, 3] && pool.take() == nil)
    pool[2] += 1
    #expect(pool[2] == 301 && pool[1] == 200)
    pool.giveBack(2)
    #expect(pool.take() == 2)
  }

  @Test("The budget that is printed holds all that a lane carves, and little more")
  func budget() throws {
    var slab = try Slab(size: LaneMemory.budgetBytes)
    _ = LaneMemory(from: &slab)
    // Half of what is left would not do for a second set of anything but the smallest.
    let exact = LaneMemory.budget.reduce(0) { $0 + $1.bytes }
    #expect(LaneMemory.budgetBytes == exact)
    #expect(slab.size >= exact && slab.size < exact + 4_096)
  }

  @Test("Carved memory is aligned, zeroed, and apart")
  func carve() throws {
    var slab = try Slab(size: 65_536)
    var ends: [UnsafeMutableRawPointer] = []
    for (count, alignment) in [(1, 64), (100, 64), (10, 4_096), (5, 64)] {
      let bytes = slab.carve(count, alignment: alignment)
      #expect(Int(bitPattern: bytes.base) % alignment == 0)
      #expect(bytes.copied().allSatisfy { $0 == 0 })
      if let last = ends.last { #expect(bytes.base >= last) }
      ends.append(bytes.end)
    }
  }
}
