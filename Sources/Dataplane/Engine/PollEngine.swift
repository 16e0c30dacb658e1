internal import CFastun
import Glibc

/// Input and output by nonblocking system calls, with poll between: where io_uring is not to be had.
///
/// Free frames and buffers are stacks, so that the next read fills what is still in the cache. While a
/// train waits for room in the socket nothing is read from the device.
@safe
struct PollEngine: Engine, ~Copyable {
  private let memory: LaneMemory
  var outputs: Outputs
  private let wake: Int32
  private(set) var failure: Int32 = 0

  private enum Phase { case device, peer, done }
  private var phase = Phase.done
  private var readable = (device: true, peer: true, wake: false)
  private var budget = 0

  init(_ outputs: Outputs, wake: Int32) {
    self.outputs = outputs
    self.wake = wake
    memory = outputs.memory
  }

  // MARK: Input

  mutating func wait() {
    // A turn that used up its budget has more to read: look without blocking.
    let more = readable.device || readable.peer
    var events: (pollfd, pollfd, pollfd) = (
      pollfd(fd: outputs.queue, events: memory.waiting.isEmpty ? Int16(POLLIN) : 0, revents: 0),
      pollfd(
        fd: outputs.socket, events: Int16(POLLIN) | (memory.waiting.isEmpty ? 0 : Int16(POLLOUT)),
        revents: 0),
      pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
    )
    // SAFETY: a tuple of three pollfd is laid out as an array of them.
    let ready = unsafe withUnsafeMutableBytes(of: &events) {
      unsafe poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 3, more ? 0 : -1)
    }
    if ready < 0, errno != EINTR { failure = errno }
    if Int32(events.1.revents) & POLLOUT != 0 { sendWaiting() }
    readable.device = events.0.revents != 0
    readable.peer = events.1.revents != 0
    readable.wake = events.2.revents != 0
    phase = .device
    budget = TurnBudget.frames
  }

  mutating func next() -> Event? {
    if readable.wake {
      readable.wake = false
      var value: UInt64 = 0
      // SAFETY: eight bytes of this frame.
      _ = unsafe read(wake, &value, 8)
      return .wake
    }
    if phase == .device {
      if let event = readFrame() { return event }
      phase = .peer
      budget = TurnBudget.receives
    }
    if phase == .peer {
      if let event = receive() { return event }
      phase = .done
    }
    return nil
  }

  private mutating func readFrame() -> Event? {
    guard readable.device, budget > 0, memory.waiting.isEmpty, let frame = memory.freeFrames.pop()
    else { return nil }
    budget &-= 1
    memory.frames.hold(frame)
    let buffer = memory.frames[frame].dropFirst(LaneMemory.frameOffset)
    // SAFETY: the frame is held by this lane, and `count` long.
    let length = unsafe read(outputs.queue, buffer.base, buffer.count)
    if length > 0 { return .frame(frame, length: length) }
    release(frame: frame)
    readable.device = false
    // EBADFD: the device is gone (or going).
    if length < 0, errno != EAGAIN, errno != EINTR { failure = errno }
    return nil
  }

  private mutating func receive() -> Event? {
    guard readable.peer, budget > 0, let buffer = memory.freeReceives.pop()
    else { return nil }
    budget &-= 1
    memory.buffers.hold(buffer)
    memory.receives[buffer].prepare()
    // SAFETY: header and buffer are held by this lane.
    let length = unsafe recvmsg(
      outputs.socket, memory.receives[buffer].message, Int32(MSG_DONTWAIT))
    if length > 0 {
      return .datagrams(
        buffer: buffer, offset: 0, length: length, segment: memory.receives[buffer].segment)
    }
    release(buffer: buffer)
    // Nothing more, an empty datagram, or ECONNREFUSED: an ICMP error that the socket held for us.
    if length < 0, errno == EAGAIN { readable.peer = false }
    return nil
  }

  /// `wait` asks for room whenever trains wait.
  func awaitRoom() {}

  mutating func finish() { drain() }
}
