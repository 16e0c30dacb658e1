/// What a lane's input brought.
enum Event {
  /// A virtio header and a packet from the device: the frame and the bytes in it. The walk holds the frame.
  case frame(Int, length: Int)
  /// Datagrams from the peer: where in which buffer, and the size of all but the last (0: one alone).
  case datagrams(buffer: Int, offset: Int, length: Int, segment: Int)
  /// The control side wants something: see ``Switchboard``.
  case wake
}

/// How a lane talks to the kernel. Input and output are all that differ between engines: the walk between
/// them is one and the same.
///
/// Outputs may complete at once or later; either way the engine counts the result and gives back the slot
/// and the buffers that it held.
protocol Engine: ~Copyable {
  /// Submits what is queued and blocks until there is something to do.
  mutating func wait()
  /// The next event of this turn; nil when the turn's input is used up.
  mutating func next() -> Event?

  /// Sends a train (its slot) in the order of calls.
  mutating func send(_ slot: Int)
  /// Writes to the device (a slot) in the order of calls.
  mutating func write(_ slot: Int)

  /// A free train slot; waits for the socket where none is left, nil only if that takes too long.
  mutating func takeTrain() -> Int?
  /// A free write slot.
  mutating func takeWrite() -> Int?

  /// A free scratch buffer, held once by the caller.
  mutating func takeScratch() -> Int?

  /// Bytes that the kernel still holds for the socket.
  var backlog: Int { get }

  /// The walk is done with a frame or buffer that it held.
  mutating func release(frame: Int)
  mutating func release(buffer: Int)

  /// Stops taking input and waits, for a bounded time, until the outputs under way are done.
  mutating func finish()
  /// Why the lane cannot go on; nil while it can.
  var failure: SystemError? { get }
}
