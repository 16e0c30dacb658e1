internal import CFastun
import Glibc

/// Input by one io_uring.
///
/// Idle, a poll of the device and one of the socket are armed. Once one fires, reads that never wait are
/// submitted a few at a time until one finds nothing: they complete within the call that submits them, so
/// a call brings a batch, and frames come from a stack, so that the batch lands in what is still in the
/// cache. (Multishot reads into rings of provided buffers cost a tenth to a third more: their buffers
/// come round in turn, cold. perf/LEDGER.md has the figures.)
@safe
struct UringEngine: Engine, ~Copyable {
  /// What a completion is about.
  private enum Operation {
    static let read: UInt8 = 1
    static let receive: UInt8 = 2
    static let readable: UInt8 = 3
    static let receivable: UInt8 = 4
    static let wake: UInt8 = 5
    static let writable: UInt8 = 6
    static let cancel: UInt8 = 7
  }
  /// Positions of the registered files.
  private enum File {
    static let queue: Int32 = 0
    static let socket: Int32 = 1
    static let wake: Int32 = 2
  }

  /// One side's input.
  private struct Side {
    /// A poll is under way.
    var isArmed = false
    /// There may be more to take.
    var isReady = false
    /// Takes left in this turn.
    var budget = 0
    /// Takes of the next submission.
    var batch = Side.smallest

    /// Two, so that one packet alone is taken and found to be alone within one call.
    static let smallest = 2
    /// Many small packets, or a few super-packets: what fits the cache beside the programs' own.
    static let largest = 32
    static let longPacket = 4096

    /// A take brought so many bytes: batches of small packets grow, super-packets come by twos.
    mutating func took(_ length: Int) {
      batch = length > Side.longPacket ? Side.smallest : min(batch &+ 1, Side.largest)
    }

    /// A take found nothing.
    mutating func ranDry() {
      isReady = false
      batch = max(batch / 2, Side.smallest)
    }
  }

  private var ring: Ring
  private let memory: LaneMemory
  var outputs: Outputs
  private(set) var failure: Int32 = 0
  private var device = Side()
  private var peer = Side()
  private var isAwaitingWake = false
  private var isAwaitingRoom = false

  init(_ outputs: Outputs, wake: Int32) throws(SystemError) {
    var ring = try Ring(entries: 128, completions: 256)
    try ring.register(files: [outputs.queue, outputs.socket, wake])
    self.ring = ring
    self.outputs = outputs
    memory = outputs.memory
  }

  // MARK: Input

  mutating func wait() {
    device.budget = TurnBudget.frames
    peer.budget = TurnBudget.receives
    if device.isReady && outputs.waiting.isEmpty || peer.isReady { return }
    arm()
    fail(ring.submitAndWait(1))
  }

  /// Arms what is not armed.
  private mutating func arm() {
    if !device.isArmed, !device.isReady {
      ring.poll(Operation.readable, file: File.queue, events: POLLIN)
      device.isArmed = true
    }
    if !peer.isArmed, !peer.isReady {
      ring.poll(Operation.receivable, file: File.socket, events: POLLIN)
      peer.isArmed = true
    }
    if !isAwaitingWake {
      ring.read(Operation.wake, file: File.wake, slot: 0, memory.wakeValue, flags: 0)
      isAwaitingWake = true
    }
  }

  mutating func next() -> Event? {
    while true {
      while let completion = ring.next() {
        if let event = handle(completion) { return event }
      }
      guard submitTakes() else { return nil }
    }
  }

  /// Submits reads and receives where there may be something to take; false where there is not, or the
  /// turn's budget is used up.
  private mutating func submitTakes() -> Bool {
    var count = 0
    if device.isReady, outputs.waiting.isEmpty {
      var left = min(device.batch, device.budget)
      while left > 0, let frame = memory.freeFrames.pop() {
        memory.frames.hold(frame)
        ring.read(
          Operation.read, file: File.queue, slot: frame,
          memory.frames[frame].dropFirst(LaneMemory.frameOffset), flags: FT_RWF_NOWAIT)
        left &-= 1
        count &+= 1
        device.budget &-= 1
      }
    }
    if peer.isReady {
      var left = min(peer.batch, peer.budget)
      while left > 0, let buffer = memory.freeReceives.pop() {
        memory.buffers.hold(buffer)
        memory.receives[buffer].prepare()
        // SAFETY: header and buffer are the kernel's until the completion, which comes with this call.
        unsafe ring.receive(
          Operation.receive, file: File.socket, slot: buffer,
          message: memory.receives[buffer].message)
        left &-= 1
        count &+= 1
        peer.budget &-= 1
      }
    }
    guard count > 0 else { return false }
    fail(ring.submitAndWait(count))
    return failure == 0
  }

  private mutating func handle(_ completion: Ring.Completion) -> Event? {
    switch completion.operation {
    case Operation.read:
      if completion.result > 0 {
        device.took(Int(completion.result))
        return .frame(completion.slot, length: Int(completion.result))
      }
      release(frame: completion.slot)
      if completion.result == -EAGAIN { device.ranDry() } else { fail(-completion.result) }
    case Operation.receive:
      if completion.result > 0 {
        peer.took(Int(completion.result))
        return .datagrams(
          buffer: completion.slot, offset: 0, length: Int(completion.result),
          segment: memory.receives[completion.slot].segment)
      }
      release(buffer: completion.slot)
      // Else an empty datagram, or an ICMP error that the socket held for us (ECONNREFUSED).
      if completion.result == -EAGAIN { peer.ranDry() }
    case Operation.readable:
      device.isArmed = false
      device.isReady = true
    case Operation.receivable:
      peer.isArmed = false
      peer.isReady = true
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
    default: failure = code
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
    while device.isArmed || peer.isArmed || isAwaitingWake || isAwaitingRoom, attempts < 100 {
      ring.submitAndWait(1, milliseconds: 10)
      while let completion = ring.next() {
        switch completion.operation {
        case Operation.readable: device.isArmed = false
        case Operation.receivable: peer.isArmed = false
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
