@testable import Dataplane

/// An end whose records travel in the clear.
typealias TunnelEnd = WalkEnd<ClearSealer>

/// One end of a tunnel with both ways of its walk, and no kernel below.
final class WalkEnd<S: Sealer> {
  static var limit: Int { 1_472 }

  private let slab: Slab
  let memory: LaneMemory
  let counters = Counters()
  let limit: Int
  private(set) var engine: RecordingEngine
  private(set) var outbound: Outbound<S>
  private(set) var inbound: Inbound<S>
  let sealer: S
  let switchboard: Switchboard

  init(
    lane: Int = 0, limit: Int = WalkEnd.limit, compression: Plan.Compression = .off,
    trainLimit: Int = 64, udpSegments: Int = 64, _ makeSealer: (Bytes) -> S
  ) throws {
    var plan = Plan(engine: .poll, compression: compression, mtu: limit - 20, datagramLimit: limit)
    plan.trainLimit = trainLimit
    plan.udpSegments = udpSegments
    self.limit = limit
    var slab = try Slab(size: LaneMemory.budgetBytes)
    memory = LaneMemory(from: &slab)
    self.slab = slab
    engine = RecordingEngine(memory: memory, counters: counters, trainLimit: trainLimit)
    sealer = makeSealer(memory.sealing)
    switchboard = try Switchboard()
    outbound = Outbound(plan, memory: memory, counters: counters, sealer: sealer)
    inbound = Inbound(
      plan, memory: memory, counters: counters, lane: lane, sealer: sealer,
      switchboard: switchboard)
  }

  deinit {
    sealer.wipe(nil)
    counters.deallocate()
  }

  subscript(counter: Counter) -> Int { Int(clamping: counters[counter]) }

  /// Sum of everything that was dropped.
  var drops: [Counter: Int] {
    var result: [Counter: Int] = [:]
    for counter in Counter.allCases where counter.rawValue.hasPrefix("drop_") {
      if self[counter] > 0 { result[counter] = self[counter] }
    }
    return result
  }

  /// Whether every buffer and slot is free, as after a turn, and every write was counted right.
  var isIdle: Bool {
    memory.freeFrames.count == LaneMemory.frameCount
      && memory.freeReceives.count == LaneMemory.scratchStart
      && memory.freeScratch.count == LaneMemory.scratchCount
      && engine.trainsTaken == 0 && engine.miscounted == 0
  }

  // MARK: Device to peer

  /// One turn: the device gives these frames; what is sent.
  func send(_ frames: [[UInt8]]) -> [RecordedTrain] {
    for frame in frames { take(frame) }
    outbound.flush(&engine)
    return engine.takeTrains()
  }

  /// The device gives a frame; the turn goes on.
  func take(_ frame: [UInt8]) {
    guard let index = memory.freeFrames.pop() else { preconditionFailure("a frame leaked") }
    memory.frames.hold(index)
    memory.frameRoom(index).slice(0, frame.count).fill(frame)
    outbound.take(index, length: frame.count, &engine)
    engine.release(frame: index)
  }

  func greet(lanes: Int, mtu: Int, wantsAnswer: Bool) -> [RecordedTrain] {
    outbound.greet(lanes: lanes, mtu: mtu, wantsAnswer: wantsAnswer, &engine)
    return send([])
  }

  // MARK: Peer to device

  /// One receive, in the middle of a turn.
  func receive(_ train: [UInt8], segment: Int = 0) {
    // What is open holds all buffers: then nothing can be received, and the turn ends.
    if memory.freeReceives.count == 0 { inbound.flush(&engine) }
    guard let index = memory.freeReceives.pop() else { preconditionFailure("a buffer leaked") }
    memory.buffers.hold(index)
    train.withUnsafeBytes { source in
      let target = memory.buffers[index].slice(0, train.count)
      UnsafeMutableRawBufferPointer(start: target.base, count: train.count).copyMemory(from: source)
    }
    inbound.take(index, length: train.count, segment: segment, &engine)
    engine.release(buffer: index)
  }

  /// Ends the inbound turn: what was written in it.
  func endTurn() -> [DeviceRecord] {
    inbound.flush(&engine)
    return engine.takeWrites()
  }

  /// One turn in which whole trains arrive.
  func receive(_ trains: [RecordedTrain]) -> [DeviceRecord] {
    for train in trains {
      receive(train.bytes, segment: train.datagrams.count > 1 ? train.segment : 0)
    }
    return endTurn()
  }

  /// One turn in which datagrams arrive one by one.
  func receive(datagrams: [[UInt8]]) -> [DeviceRecord] {
    for datagram in datagrams { receive(datagram) }
    return endTurn()
  }

  /// What was written so far in this turn.
  func takeWrites() -> [DeviceRecord] { engine.takeWrites() }

  /// Whether the socket gives no train slot any more.
  func refuseTrains(_ refuses: Bool) { engine.refusesTrains = refuses }

  /// Takes what the peer said of itself.
  func takeGreeting() -> (lanes: Int, mtu: Int, wantsAnswer: Bool)? {
    defer {
      inbound.greeting = nil
      inbound.wantsGreeting = false
    }
    return inbound.greeting.map { ($0.lanes, $0.mtu, inbound.wantsGreeting) }
  }
}

extension WalkEnd<ClearSealer> {
  convenience init(
    lane: Int = 0, session: UInt32 = 7, limit: Int = TunnelEnd.limit,
    compression: Plan.Compression = .off, trainLimit: Int = 64, udpSegments: Int = 64
  ) throws {
    try self.init(
      lane: lane, limit: limit, compression: compression, trainLimit: trainLimit,
      udpSegments: udpSegments
    ) { ClearSealer(lane: lane, session: session, memory: $0) }
  }
}
