internal import CFastun
internal import CLiburing
import Glibc

/// Input by one io_uring: a read of the device and a receive from the peer stay armed (multishot, with
/// provided buffers), so that one call waits for both and brings all that has come.
@safe
struct UringEngine: Engine, ~Copyable {
  /// What a completion is about.
  private enum Operation {
    static let device: UInt8 = 1
    static let peer: UInt8 = 2
    static let wake: UInt8 = 3
    static let writable: UInt8 = 4
    static let cancel: UInt8 = 5
  }
  /// Positions of the registered files.
  private enum File {
    static let queue: Int32 = 0
    static let socket: Int32 = 1
    static let wake: Int32 = 2
  }
  private enum Group {
    static let frames: UInt16 = 0
    static let buffers: UInt16 = 1
  }

  private var ring: Ring
  private let memory: LaneMemory
  var outputs: Outputs
  private var frames: BufferRing
  private var receives: BufferRing
  private(set) var failure: Int32 = 0

  private var isReading = false
  private var isReceiving = false
  private var isAwaitingWake = false
  private var isAwaitingRoom = false
  private let wakeValue: Bytes

  init(_ outputs: Outputs, wake: Int32) throws(SystemError) {
    let memory = outputs.memory
    var ring = try Ring(entries: 256, completions: 2048)
    try ring.register(files: [outputs.queue, outputs.socket, wake])
    try ring.register(bufferRing: memory.frameRing, group: Group.frames)
    try ring.register(bufferRing: memory.bufferRing, group: Group.buffers)
    self.ring = ring
    self.memory = memory
    self.outputs = outputs
    frames = BufferRing(memory.frameRing, pool: memory.frames)
    receives = BufferRing(memory.bufferRing, pool: memory.buffers)
    wakeValue = memory.wakeValue
    // Multishot receives read from this header only how much room control data gets.
    let message = unsafe memory.message.base.assumingMemoryBound(to: msghdr.self)
    unsafe message.initialize(to: msghdr())
    unsafe message.pointee.msg_controllen = FT_CMSG_SPACE_INT
    while let frame = memory.freeFrames.pop() { frames.give(frame) }
    while let buffer = memory.freeReceives.pop() { receives.give(buffer) }
  }

  // MARK: Input

  mutating func wait() {
    arm()
    let code = ring.submitAndWait(1)
    if code != 0, code != EINTR, code != EBUSY, code != EAGAIN {
      failure = code
    }
  }

  /// Arms what is not armed: at start, and where the kernel ended a multishot (no buffer was left).
  private mutating func arm() {
    if !isReading, outputs.waiting.isEmpty, frames.available > 0 {
      ring.readMultishot(Operation.device, file: File.queue, group: Group.frames)
      isReading = true
    }
    if !isReceiving, receives.available > 0 {
      // SAFETY: the header is lane memory, written once in init.
      unsafe ring.receiveMultishot(
        Operation.peer, file: File.socket, group: Group.buffers,
        message: memory.message.base.assumingMemoryBound(to: msghdr.self))
      isReceiving = true
    }
    if !isAwaitingWake {
      ring.read(Operation.wake, file: File.wake, wakeValue)
      isAwaitingWake = true
    }
  }

  mutating func next() -> Event? {
    while let completion = ring.next() {
      switch completion.operation {
      case Operation.device:
        if let event = frame(completion) { return event }
      case Operation.peer:
        if let event = datagrams(completion) { return event }
      case Operation.wake:
        isAwaitingWake = false
        return .wake
      case Operation.writable:
        isAwaitingRoom = false
        sendWaiting()
        // What the device had to wait with: frames that were kept from the kernel meanwhile.
        while outputs.waiting.isEmpty, let frame = memory.freeFrames.pop() { frames.give(frame) }
      default:
        break
      }
    }
    return nil
  }

  private mutating func frame(_ completion: Ring.Completion) -> Event? {
    if !completion.isMore { isReading = false }
    if let frame = completion.buffer {
      frames.took(frame)
      if completion.result > 0 { return .frame(frame, length: Int(completion.result)) }
      release(frame: frame)
    }
    switch -completion.result {
    case ...0, ENOBUFS, EAGAIN, EINTR, ECANCELED: break  // Armed again by the next `wait`.
    default: failure = -completion.result
    }
    return nil
  }

  private mutating func datagrams(_ completion: Ring.Completion) -> Event? {
    if !completion.isMore { isReceiving = false }
    // Errors are those of sends that ICMP answered (ECONNREFUSED …), or no buffer left: armed again.
    guard let index = completion.buffer else { return nil }
    receives.took(index)
    // struct io_uring_recvmsg_out, then control data, then the payload (no address: connected).
    let head = MemoryLayout<io_uring_recvmsg_out>.size &+ FT_CMSG_SPACE_INT
    let length = Int(completion.result) &- head
    guard length > 0 else {
      release(buffer: index)
      return nil
    }
    let buffer = memory.buffers[index]
    let controlLength = Int(buffer.load(4, as: UInt32.self))
    // SAFETY: control data starts behind the 16-byte header and is at most the room that it was given.
    let segment = unsafe ft_cmsg_get_segment(
      buffer.slice(16, FT_CMSG_SPACE_INT).base, min(controlLength, FT_CMSG_SPACE_INT))
    return .datagrams(buffer: index, offset: head, length: length, segment: Int(segment))
  }

  // MARK: Buffers

  mutating func awaitRoom() {
    guard !isAwaitingRoom else { return }
    ring.poll(Operation.writable, file: File.socket, events: POLLOUT)
    isAwaitingRoom = true
  }

  mutating func release(frame: Int) {
    guard memory.frames.release(frame) else { return }
    // While the socket has no room the device waits too, and its senders with it.
    if outputs.waiting.isEmpty { frames.give(frame) } else { memory.freeFrames.push(frame) }
  }

  mutating func release(buffer: Int) {
    guard memory.buffers.release(buffer) else { return }
    if buffer < LaneMemory.scratchStart {
      receives.give(buffer)
    } else {
      memory.freeScratch.push(buffer)
    }
  }

  mutating func finish() {
    drain()
    // What stays armed would keep the device alive after the process let go of it.
    ring.cancelAll(Operation.cancel)
    var attempts = 0
    while isReading || isReceiving || isAwaitingWake, attempts < 100 {
      ring.submitAndWait(1, milliseconds: 10)
      while let completion = ring.next() {
        guard !completion.isMore else { continue }
        switch completion.operation {
        case Operation.device: isReading = false
        case Operation.peer: isReceiving = false
        case Operation.wake: isAwaitingWake = false
        default: break
        }
      }
      attempts &+= 1
    }
  }
}
