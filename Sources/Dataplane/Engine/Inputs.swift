internal import CFastun
import Glibc

/// Takes what has come, from the device first and then from the peer, by calls that never wait.
///
/// Frames and buffers come from stacks, so that the next one filled is the one still in the cache.
struct Inputs {
  /// One side's input.
  struct Side {
    /// There may be more to take.
    var isReady = false
    /// Takes left in this turn, so that one direction cannot starve the other.
    var budget = 0
  }

  let memory: LaneMemory
  let queue: Int32
  let socket: Int32
  var device = Side()
  var peer = Side()
  /// Short packets that came from the device in a row: a flood of them is worth other means.
  var shortPackets = 0
  /// Bytes taken since others were let have the CPU.
  private var unshared = 0
  private var busyPoll = BusyPoll()
  /// Something was taken since the lane ran dry.
  private var hadInput = false
  /// The errno that the device's reads ended with; 0 while they work.
  private(set) var failure: Int32 = 0

  /// Bytes after which others may have the CPU, if they want it: the programs at the tunnel's ends and other
  /// lanes then find in the caches what this one has just put there, instead of megabytes later in memory.
  /// Half of a usual L2 cache; on a CPU that nobody else wants it costs one short call.
  static let cacheShare = 1 << 20

  static let framesPerTurn = 64
  static let receivesPerTurn = 16
  /// Bytes from which on a frame is a super-packet's rather than a packet's.
  static let longFrame = 4096

  init(_ outputs: Outputs) {
    memory = outputs.memory
    queue = outputs.queue
    socket = outputs.socket
  }

  /// Begins a turn: whether there may be something to take at once. Where not, the lane is to sleep and
  /// then to say that it ``woke()``.
  ///
  /// - Parameter reads: whether frames are wanted; not while the socket has no room.
  mutating func begin(reads: Bool) -> Bool {
    device.budget = Self.framesPerTurn
    peer.budget = Self.receivesPerTurn
    if device.isReady && reads || peer.isReady { return true }
    defer { hadInput = false }
    guard busyPoll.looksAgain(hadInput: hadInput) else { return false }
    (device.isReady, peer.isReady) = (true, true)
    return true
  }

  mutating func woke() { busyPoll.woke() }

  /// The next frame or train; nil where both sides have run dry or used up their budgets.
  ///
  /// - Parameter reads: whether frames are wanted; not while the socket has no room.
  mutating func next(reads: Bool) -> Event? {
    if unshared >= Self.cacheShare {
      unshared = 0
      sched_yield()
    }
    if reads, let event = read() { return event }
    return receive()
  }

  private mutating func read() -> Event? {
    guard device.isReady, device.budget > 0, let frame = memory.freeFrames.pop() else { return nil }
    device.budget &-= 1
    memory.frames.hold(frame)
    let room = memory.frameRoom(frame)
    // SAFETY: the frame is held by this lane.
    let length = unsafe Glibc.read(queue, room.base, room.count)
    if length > 0 {
      took(length)
      return .frame(frame, length: length)
    }
    ranDry(frame, length < 0 ? errno : 0)
    return nil
  }

  /// A read of the device brought so many bytes.
  mutating func took(_ length: Int) {
    note(length)
    shortPackets = length < Self.longFrame ? min(shortPackets &+ 1, 1 << 16) : 0
  }

  private mutating func note(_ length: Int) {
    unshared &+= length
    hadInput = true
  }

  /// A read into this frame brought nothing, for that errno.
  mutating func ranDry(_ frame: Int, _ code: Int32) {
    if memory.frames.release(frame) { memory.freeFrames.push(frame) }
    device.isReady = false
    // EBADFD: the device is gone, or going.
    if code != EAGAIN, code != EINTR { failure = code }
  }

  private mutating func receive() -> Event? {
    while peer.isReady, peer.budget > 0, let buffer = memory.freeReceives.pop() {
      peer.budget &-= 1
      memory.buffers.hold(buffer)
      memory.receives[buffer].prepare()
      // SAFETY: header and buffer are held by this lane.
      let length = unsafe recvmsg(socket, memory.receives[buffer].message, Int32(MSG_DONTWAIT))
      // An empty datagram is one, and counted.
      if length >= 0 {
        note(length)
        return .datagrams(
          buffer: buffer, length: length, segment: memory.receives[buffer].segment)
      }
      if memory.buffers.release(buffer) { memory.freeReceives.push(buffer) }
      // Else it is an ICMP error that the socket held for us.
      if errno == EAGAIN { peer.isReady = false }
    }
    return nil
  }
}
