internal import CFastun
internal import CLiburing
import Glibc

/// Input and output by one io_uring: reads and receives stay armed (multishot, with provided buffers), and
/// what a turn has to send goes in with the call that waits for the next.
@safe
struct UringEngine: Engine, ~Copyable {
  /// What a completion is about.
  private enum Operation {
    static let none: UInt8 = 0
    static let device: UInt8 = 1
    static let peer: UInt8 = 2
    static let wake: UInt8 = 3
    static let send: UInt8 = 4
    static let writable: UInt8 = 5
    static let cancel: UInt8 = 6
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
  private let outputs: Outputs
  private let queue: Int32
  private let socket: Int32
  private var frames: BufferRing
  private var receives: BufferRing
  private(set) var failure: SystemError?

  private var isReading = false
  private var isReceiving = false
  private var isAwaitingWake = false
  private var isAwaitingRoom = false
  private var isStopping = false
  /// Sends submitted whose completion has not been seen.
  private var sending = 0
  private let wakeValue: Bytes

  init(
    memory: LaneMemory, counters: Counters, queue: Int32, socket: Int32, wake: Int32
  ) throws(SystemError) {
    var ring = try Ring(entries: 256, completions: 2048)
    try ring.register(files: [queue, socket, wake])
    try ring.register(bufferRing: memory.frameRing, group: Group.frames)
    try ring.register(bufferRing: memory.bufferRing, group: Group.buffers)
    self.ring = ring
    self.memory = memory
    self.queue = queue
    self.socket = socket
    outputs = Outputs(memory: memory, counters: counters)
    frames = BufferRing(memory.frameRing, pool: memory.frames)
    receives = BufferRing(memory.bufferRing, pool: memory.buffers)
    wakeValue = memory.control.slice(0, 8)
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
    // Sends complete as they are submitted: waiting for one completion more than those saves a call.
    let code = ring.submitAndWait(sending &+ 1)
    if code != 0, code != EINTR, code != EBUSY, code != EAGAIN {
      failure = SystemError("io_uring_enter", code: code)
    }
  }

  /// Arms what is not armed: at start, and where the kernel ended a multishot (no buffer was left).
  private mutating func arm() {
    guard !isStopping else { return }
    if !isReading, memory.waiting.isEmpty, frames.available > 0 {
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
      case Operation.send:
        sent(completion)
      case Operation.wake:
        isAwaitingWake = false
        return .wake
      case Operation.writable:
        isAwaitingRoom = false
        resend()
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
    default: failure = SystemError("read from the device", code: -completion.result)
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

  // MARK: Output

  mutating func send(_ slot: Int) {
    memory.trains[slot].prepare()
    if memory.waiting.isEmpty { submit(slot) } else { memory.waiting.append(slot) }
  }

  private mutating func submit(_ slot: Int) {
    // SAFETY: the slot, and what it gathers, stay as they are until `sent`.
    unsafe ring.send(
      Operation.send, file: File.socket, slot: slot, message: memory.trains[slot].message)
    sending &+= 1
  }

  private mutating func sent(_ completion: Ring.Completion) {
    sending &-= 1
    switch outputs.settle(send: completion.slot, completion.result) {
    case .wait:
      memory.waiting.append(completion.slot)
      awaitRoom()
      return
    case .apart: outputs.sendApart(completion.slot, socket: socket, through: memory.probe)
    case .done: break
    }
    let frame = memory.trains[completion.slot].frame
    if frame >= 0 { release(frame: frame) }
    memory.trains.giveBack(completion.slot)
  }

  /// Asks to be told when the socket has room again.
  private mutating func awaitRoom() {
    guard !isAwaitingRoom else { return }
    ring.poll(Operation.writable, file: File.socket, events: POLLOUT)
    isAwaitingRoom = true
  }

  /// Submits what waited, in order, and lets the kernel have the frames that were kept from it.
  private mutating func resend() {
    while let slot = memory.waiting.first {
      memory.waiting.removeFirst()
      submit(slot)
    }
    while let frame = memory.freeFrames.pop() { frames.give(frame) }
  }

  mutating func write(_ slot: Int) {
    outputs.writeNow(slot, queue: queue)
    for index in 0..<memory.writes[slot].bufferCount {
      release(buffer: memory.writes[slot].buffer(index))
    }
    memory.writes.giveBack(slot)
  }

  // MARK: Slots and buffers

  mutating func takeTrain() -> Int? {
    var attempts = 0
    while attempts < 100 {
      if let slot = memory.trains.take() { return slot }
      // Submitted sends complete at once, but for those that the socket has no room for.
      ring.submit()
      while let completion = ring.pluck({ $0 == Operation.send }) { sent(completion) }
      if let slot = memory.trains.take() { return slot }
      var event = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
      // SAFETY: one pollfd of this frame.
      _ = unsafe Glibc.poll(&event, 1, 10)
      resend()
      attempts &+= 1
    }
    return nil
  }

  mutating func takeWrite() -> Int? { memory.writes.take() }

  mutating func takeScratch() -> Int? {
    guard let buffer = memory.freeScratch.pop() else { return nil }
    memory.buffers.hold(buffer)
    return buffer
  }

  var backlog: Int { memory.waiting.isEmpty ? Int(ft_outq(socket)) : Int.max }

  mutating func release(frame: Int) {
    guard memory.frames.release(frame) else { return }
    // While the socket has no room the device waits too, and its senders with it.
    if memory.waiting.isEmpty { frames.give(frame) } else { memory.freeFrames.push(frame) }
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
    isStopping = true
    var attempts = 0
    while sending > 0 || !memory.waiting.isEmpty, attempts < 100 {
      ring.submitAndWait(1, milliseconds: 10)
      while let completion = ring.pluck({ $0 == Operation.send || $0 == Operation.writable }) {
        if completion.operation == Operation.send { sent(completion) } else { resend() }
      }
      attempts &+= 1
    }
    // What stays armed would keep the device alive after the process let go of it.
    ring.cancelAll(Operation.cancel)
    attempts = 0
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
