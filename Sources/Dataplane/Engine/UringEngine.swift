internal import CFastun
import Glibc

/// Waits by one io_uring, and takes floods of short packets by it.
///
/// Idle, a poll of the device and one of the socket are armed. Once one fires, what has come is taken by
/// plain calls: a super-packet's call is 140 ns of some 9 µs. Short packets in a row are read in batches:
/// reads that never wait (RWF_NOWAIT), up to 32 of them submitted and completed by one call, where the
/// kernel has such reads of a tun device: Linux 6.1 has not, and they too are plain calls then. (Multishot
/// reads into rings of provided buffers cost more: their buffers come round in turn, cold, and each
/// packet that arrives wakes the worker. perf/LEDGER.md has the figures.)
@safe
struct UringEngine: Engine, ~Copyable {
  /// What a completion is about.
  private enum Operation {
    static let read: UInt8 = 1
    static let readable: UInt8 = 2
    static let receivable: UInt8 = 3
    static let wake: UInt8 = 4
    static let writable: UInt8 = 5
    static let cancel: UInt8 = 6
  }
  /// Positions of the registered files.
  private enum File {
    static let queue: Int32 = 0
    static let socket: Int32 = 1
    static let wake: Int32 = 2
  }

  /// Short packets in a row from which on the ring reads them, and reads in a batch then.
  private static let flood = 16
  private static let batches = 4...32

  private var ring: Ring
  private let memory: LaneMemory
  var outputs: Outputs
  private var inputs: Inputs
  private var ringFailure: Int32 = 0
  /// Reads of the newest batch, and packets that it brought.
  private var batch = Self.batches.lowerBound
  private var brought = 0
  /// Whether the device takes reads that never wait.
  private var canBatch = true
  private var isAwaitingFrames = false
  private var isAwaitingDatagrams = false
  private var isAwaitingWake = false
  private var isAwaitingRoom = false

  init(_ outputs: Outputs, wake: Int32) throws(SystemError) {
    var ring = try Ring(entries: 128, completions: 256)
    try ring.register(files: [outputs.queue, outputs.socket, wake])
    self.ring = ring
    self.outputs = outputs
    memory = outputs.memory
    inputs = Inputs(outputs)
  }

  var failure: Int32 { inputs.failure != 0 ? inputs.failure : ringFailure }

  // MARK: Input

  mutating func wait() {
    let more = inputs.begin(reads: outputs.takesFrames)
    arm()
    if more {
      fail(ring.submitAndReap())
    } else {
      fail(ring.submitAndWait(1))
      inputs.woke()
    }
  }

  /// Arms what is not armed.
  private mutating func arm() {
    if !isAwaitingFrames, !inputs.device.isReady {
      ring.poll(Operation.readable, file: File.queue, events: POLLIN)
      isAwaitingFrames = true
    }
    if !isAwaitingDatagrams, !inputs.peer.isReady {
      ring.poll(Operation.receivable, file: File.socket, events: POLLIN)
      isAwaitingDatagrams = true
    }
    if !isAwaitingWake {
      ring.read(Operation.wake, file: File.wake, slot: 0, memory.wakeValue, flags: 0)
      isAwaitingWake = true
    }
  }

  mutating func next() -> Event? {
    repeat {
      while let completion = ring.next() {
        if let event = handle(completion) { return event }
      }
    } while inputs.shortPackets >= Self.flood && submitReads()
    return inputs.next(reads: outputs.takesFrames)
  }

  /// Reads a batch of frames; false where the device takes none, there is nothing to read, or the turn's
  /// budget is used up.
  private mutating func submitReads() -> Bool {
    guard canBatch, inputs.device.isReady, outputs.takesFrames else { return false }
    // Twice as many where all brought one, else one more than did.
    let next = brought == batch ? batch &* 2 : brought &+ 1
    batch = min(max(next, Self.batches.lowerBound), Self.batches.upperBound)
    brought = 0
    var count = 0
    while count < min(batch, inputs.device.budget), let frame = memory.freeFrames.pop() {
      memory.frames.hold(frame)
      ring.read(
        Operation.read, file: File.queue, slot: frame,
        memory.frameRoom(frame), flags: FT_RWF_NOWAIT)
      count &+= 1
    }
    guard count > 0 else { return false }
    inputs.device.budget &-= count
    fail(ring.submitAndWait(count))
    return failure == 0
  }

  private mutating func handle(_ completion: Ring.Completion) -> Event? {
    switch completion.operation {
    case Operation.read:
      if completion.result > 0 {
        inputs.took(Int(completion.result))
        brought &+= 1
        return .frame(completion.slot, length: Int(completion.result))
      }
      guard completion.result != -EOPNOTSUPP else {
        // What there is to read is still there.
        canBatch = false
        release(frame: completion.slot)
        break
      }
      inputs.ranDry(completion.slot, -completion.result)
    case Operation.readable:
      isAwaitingFrames = false
      inputs.device.isReady = true
    case Operation.receivable:
      isAwaitingDatagrams = false
      inputs.peer.isReady = true
    case Operation.wake:
      isAwaitingWake = false
      return .wake
    case Operation.writable:
      isAwaitingRoom = false
      sendWaiting()
    default:
      break
    }
    return nil
  }

  /// Notes an errno that the lane cannot go on with.
  private mutating func fail(_ code: Int32) {
    switch code {
    case 0, EINTR, EAGAIN, EBUSY, ECANCELED: break
    default: ringFailure = code
    }
  }

  mutating func awaitRoom() {
    guard !isAwaitingRoom else { return }
    ring.poll(Operation.writable, file: File.socket, events: POLLOUT)
    isAwaitingRoom = true
  }

  mutating func finish() {
    drain()
    // What stays armed would keep the device alive after the process let go of it.
    ring.cancelAll(Operation.cancel)
    var attempts = 0
    while isAwaitingFrames || isAwaitingDatagrams || isAwaitingWake || isAwaitingRoom,
      attempts < 100
    {
      ring.submitAndWait(1, milliseconds: 10)
      while let completion = ring.next() {
        switch completion.operation {
        case Operation.readable: isAwaitingFrames = false
        case Operation.receivable: isAwaitingDatagrams = false
        case Operation.wake: isAwaitingWake = false
        case Operation.writable: isAwaitingRoom = false
        default: break
        }
      }
      attempts &+= 1
    }
    ring.unregisterFiles()
  }
}
