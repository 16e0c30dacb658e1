/// A lane without files or thread: its memory and both ways of the walk, with no kernel below.
///
/// Its peer is itself: what it sends it can take.
struct TrialLane<S: Sealer>: ~Copyable {
  let memory: LaneMemory
  let counters: Counters
  let sealer: S
  var engine: TrialEngine
  var outbound: Outbound<S>
  var inbound: Inbound<S>
  private let slab: Slab

  /// Bytes of the UDP payload on a link with MTU 1500.
  static var payload: Int { 1472 }

  init(_ makeSealer: (Bytes) -> S) throws {
    let plan = Plan(
      engine: .poll, compression: .off, mtu: Self.payload - 20,
      datagramLimit: Self.payload - S.tag)
    let switchboard = try Switchboard()
    var slab = try Slab(size: LaneMemory.budgetBytes)
    memory = LaneMemory(from: &slab)
    self.slab = slab
    counters = Counters()
    sealer = makeSealer(memory.sealing)
    engine = TrialEngine(memory: memory, counters: counters)
    outbound = Outbound(plan, memory: memory, counters: counters, sealer: sealer)
    inbound = Inbound(
      plan, memory: memory, counters: counters, lane: 0, sealer: sealer,
      switchboard: switchboard)
  }

  deinit {
    sealer.wipe(nil)
    counters.deallocate()
  }

  /// A frame for the trial's own, and the bytes that a plain read of the device would fill.
  func takeFrame() -> (index: Int, bytes: Bytes) {
    guard let index = memory.freeFrames.pop() else { preconditionFailure("no frame is free") }
    memory.frames.hold(index)
    return (index, memory.frameRoom(index))
  }

  /// A receive buffer for the trial's own.
  func takeBuffer() -> Int {
    guard let index = memory.freeReceives.pop() else { preconditionFailure("no buffer is free") }
    memory.buffers.hold(index)
    return index
  }
}

extension TrialLane<ClearSealer> {
  static func clear() throws -> TrialLane {
    try TrialLane { ClearSealer(lane: 0, session: 7, memory: $0) }
  }
}

extension TrialLane<SessionSealer> {
  /// One session, whose two directions share a key and a name.
  static func sealed() throws -> TrialLane {
    try SealingBackend.prepare(for: .aes256GCM)
    let lane = try TrialLane { SessionSealer(lane: 0, memory: $0) }
    let key = Secret.ofTrial()
    lane.sealer.install(
      SessionKeys(
        cipher: .aes256GCM, localIndex: 1, remoteIndex: 1, sending: key, receiving: key,
        isProven: true))
    return lane
  }
}
