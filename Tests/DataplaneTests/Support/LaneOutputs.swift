@testable import Dataplane

/// What a lane's engine works with: its memory, its counters, and outputs to files that are given.
final class LaneOutputs {
  private let slab: Slab
  let memory: LaneMemory
  let counters = Counters()
  var outputs: Outputs

  init(queue: Int32 = -1, socket: Int32 = -1) throws {
    var slab = try Slab(size: LaneMemory.budgetBytes)
    memory = LaneMemory(from: &slab)
    self.slab = slab
    outputs = Outputs(
      memory: memory, counters: counters, queue: queue, socket: socket, trainLimit: 64)
  }

  deinit { counters.deallocate() }
}
