import Testing

@testable import Dataplane

@Suite("Indexes of slots and buffers")
struct IndexTests {
  @Test("A stack gives its range from the first on, then what was pushed last")
  func stack() throws {
    var slab = try Slab(size: 4_096)
    let stack = IndexStack(10..<15, from: &slab)
    #expect(stack.count == 5)
    #expect((0..<3).map { _ in stack.pop() } == [10, 11, 12])
    stack.push(11)
    #expect((0..<4).map { _ in stack.pop() } == [11, 13, 14, nil])
    #expect(stack.count == 0)
  }

  @Test("A queue keeps order, also round its end")
  func queue() throws {
    var slab = try Slab(size: 4_096)
    let queue = IndexQueue(capacity: 7, from: &slab)
    var random = SeededGenerator(2)
    var model: [Int] = []
    #expect(queue.isEmpty && queue.first == nil)
    for _ in 0..<1_000 {
      if model.count < 7, random.oneIn(2) {
        let index = random.below(60_000)
        queue.append(index)
        model.append(index)
      } else if !model.isEmpty {
        #expect(queue.first == model.first)
        queue.removeFirst()
        model.removeFirst()
      }
      #expect(queue.count == model.count && queue.isEmpty == model.isEmpty)
      #expect(queue.first == model.first)
    }
  }
}
