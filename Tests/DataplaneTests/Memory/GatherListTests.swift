import Testing

@testable import Dataplane

@Suite("Gather lists")
struct GatherListTests {
  @Test("Runs come back in order, adjacent ones share an entry")
  func append() throws {
    var slab = try Slab(size: 65_536)
    var list = GatherList(slab.carve(GatherList.footprint))
    let memory = slab.carve(1_000)
    for offset in 0..<1_000 { memory[offset] = UInt8(truncatingIfNeeded: offset) }
    list.append(memory.slice(0, 10))
    list.append(memory.slice(10, 10))
    #expect(list.count == 1 && list.total == 20)
    list.append(memory.slice(500, 5))
    list.append(memory.slice(20, 5))
    list.append(memory.slice(25, 1))
    #expect(list.count == 3 && list.total == 31)

    #expect(
      list.bytes == memory.slice(0, 20).copied() + memory.slice(500, 5).copied()
        + memory.slice(20, 6).copied())

    list.removeAll()
    #expect(list.count == 0 && list.total == 0)
    list.append(memory.slice(26, 1))
    #expect(list.count == 1 && list.total == 1)
  }

  @Test("It holds as many runs as it says")
  func capacity() throws {
    var slab = try Slab(size: 65_536)
    var list = GatherList(slab.carve(GatherList.footprint))
    let memory = slab.carve(1_000)
    for index in 0..<GatherList.capacity {
      #expect(list.hasRoom(1))
      #expect(list.hasRoom(GatherList.capacity - index))
      #expect(!list.hasRoom(GatherList.capacity - index + 1))
      list.append(memory.slice(index * 2, 1))
    }
    #expect(!list.hasRoom(1))
    #expect(list.count == GatherList.capacity)
  }
}
