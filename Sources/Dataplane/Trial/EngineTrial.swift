/// An engine's turn with nothing in it but word from the control side: waiting, waking, looking around.
///
/// The word is an eventfd's, written here, so its system calls are in the figure; device and socket are
/// eventfds too, in which nothing ever is.
struct EngineTrial<E: Engine & ~Copyable>: TrialOperation, ~Copyable {
  private var engine: E
  private let wake: Descriptor
  private let queue: Descriptor
  private let socket: Descriptor
  private let counters: Counters
  private let slab: Slab

  init(_ make: (Outputs, Int32) throws -> E) throws {
    // As a lane's is: the ring's read waits for it.
    let wake = try Descriptor.event(isBlocking: true)
    let (queue, socket) = (try Descriptor.event(), try Descriptor.event())
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let counters = Counters()
    let outputs = Outputs(
      memory: LaneMemory(from: &slab), counters: counters, queue: queue.raw, socket: socket.raw,
      trainLimit: Train.maximumDatagrams)
    do {
      engine = try make(outputs, wake.raw)
    } catch {
      counters.deallocate()
      throw error
    }
    (self.wake, self.queue, self.socket) = (wake, queue, socket)
    self.counters = counters
    self.slab = slab
  }

  deinit { counters.deallocate() }

  mutating func perform(_ turns: Int) -> Bool {
    var woken = 0
    for _ in 0..<turns {
      wake.ring()
      engine.wait()
      while let event = engine.next() {
        if case .wake = event { woken &+= 1 }
      }
    }
    return woken == turns && engine.failure == 0
  }
}
