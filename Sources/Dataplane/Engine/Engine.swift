internal import CFastun
import Glibc

/// What a lane's input brought.
enum Event {
  /// A virtio header and a packet from the device: the frame and the bytes in it. The walk holds the frame.
  case frame(Int, length: Int)
  /// Datagrams from the peer: their bytes in which buffer, and the size of all but the last (0: there is
  /// one). The walk holds the buffer.
  case datagrams(buffer: Int, length: Int, segment: Int)
  /// The control side wants something: see ``Switchboard``.
  case wake
}

/// How a lane gets its input and how it waits. That is all that differs between engines: the walk, and the
/// system calls that send and write (``Outputs``), are one and the same. Only tests, which have no kernel,
/// send and write in another way than the extension below.
protocol Engine: ~Copyable {
  /// Blocks until there is something to do; at once where the last turn left some.
  mutating func wait()
  /// The next event of this turn; nil when the turn's input is used up.
  mutating func next() -> Event?

  /// Sends a train (its slot), in the order of calls.
  mutating func send(_ slot: Int)
  /// Writes to the device (a slot), in the order of calls.
  mutating func write(_ slot: Int)
  /// A free train slot.
  mutating func takeTrain() -> Int?

  /// Where output goes.
  var outputs: Outputs { get set }
  /// Trains wait for room in the socket: ``sendWaiting()`` is to be called once there is some.
  mutating func awaitRoom()

  /// Takes no more input, and gives up what is under way.
  mutating func finish()
  /// The errno for which the lane cannot go on; 0 while it can.
  var failure: Int32 { get }
}

extension Engine where Self: ~Copyable {
  /// Gives a frame back.
  mutating func release(frame: Int) {
    if outputs.memory.frames.release(frame) { outputs.memory.freeFrames.push(frame) }
  }

  /// One holder of a receive or scratch buffer less.
  mutating func release(buffer: Int) {
    guard outputs.memory.buffers.release(buffer) else { return }
    if buffer < LaneMemory.scratchStart {
      outputs.memory.freeReceives.push(buffer)
    } else {
      outputs.memory.freeScratch.push(buffer)
    }
  }

  /// Sends a train (its slot), in the order of calls. Where the socket has no room the train waits, and
  /// with it what the device has to say.
  mutating func send(_ slot: Int) {
    outputs.memory.trains[slot].prepare()
    if outputs.waiting.isEmpty, outputs.send(slot) {
      outputs.memory.trains.giveBack(slot)
    } else {
      outputs.waiting.append(slot)
      awaitRoom()
    }
  }

  /// Sends what waits, until the socket is full again.
  mutating func sendWaiting() {
    while let slot = outputs.waiting.first {
      guard outputs.send(slot) else { return awaitRoom() }
      outputs.waiting.removeFirst()
      outputs.memory.trains.giveBack(slot)
      outputs.isStuck = false
    }
  }

  /// Writes to the device (a slot), in the order of calls.
  mutating func write(_ slot: Int) {
    outputs.write(slot)
    let write = outputs.memory.writes[slot]
    var index = 0
    while index < write.bufferCount {
      release(buffer: write.buffer(index))
      index &+= 1
    }
    outputs.memory.writes.giveBack(slot)
  }

  /// A free train slot; waits for the socket where all of them do, nil only if that takes over a second.
  mutating func takeTrain() -> Int? { outputs.memory.trains.take() ?? awaitTrain() }

  /// Who has waited in vain does not wait again before a train was sent: the lane has other things to do, and
  /// takes nothing more from the device meanwhile.
  @inline(never)
  private mutating func awaitTrain() -> Int? {
    var attempts = outputs.isStuck ? 99 : 0
    while attempts < 100 {
      outputs.awaitRoom(milliseconds: outputs.isStuck ? 0 : 10)
      sendWaiting()
      if let slot = outputs.memory.trains.take() { return slot }
      attempts &+= 1
    }
    outputs.isStuck = true
    return nil
  }

  /// Sends what waits, for a second at most: the lane is about to end.
  mutating func drain() {
    var attempts = 0
    while !outputs.waiting.isEmpty, attempts < 100 {
      outputs.awaitRoom(milliseconds: 10)
      sendWaiting()
      attempts &+= 1
    }
    while let slot = outputs.waiting.first {
      outputs.counters.fail(sends: outputs.memory.trains[slot].datagrams, EAGAIN)
      outputs.waiting.removeFirst()
    }
  }
}
