import CFastun
import Glibc

@testable import Dataplane

/// An engine without a kernel: it keeps what would be sent and written as plain bytes, and gives slots
/// and buffers back at once.
struct RecordingEngine: Engine {
  private let memory: LaneMemory
  private let counters: Counters
  private(set) var trains: [RecordedTrain] = []
  private(set) var writes: [DeviceRecord] = []
  /// Runs of memory that the newest write was gathered from.
  private(set) var newestRuns = 0
  private(set) var trainsTaken = 0
  /// Writes that stood for another number of packets than they were counted as.
  private(set) var miscounted = 0
  /// The socket has no room and no slot gets free.
  var refusesTrains = false
  var outputs: Outputs
  var failure: Int32 { 0 }

  init(memory: LaneMemory, counters: Counters, trainLimit: Int) {
    self.memory = memory
    self.counters = counters
    outputs = Outputs(
      memory: memory, counters: counters, queue: -1, socket: -1, trainLimit: trainLimit)
  }

  mutating func wait() {}
  mutating func next() -> Event? { nil }
  mutating func awaitRoom() {}
  mutating func finish() {}

  mutating func send(_ slot: Int) {
    memory.trains[slot].prepare()
    let train = memory.trains[slot]
    trains.append(
      RecordedTrain(
        bytes: train.bytes.copied(), segment: train.segment, stated: train.datagrams))
    counters.add(.trainsSent)
    counters.add(.datagramsSent, train.datagrams)
    counters.add(.datagramBytesSent, train.length)
    counters.add(.datagramsCompressed, train.compressed)
    memory.trains.giveBack(slot)
    trainsTaken -= 1
  }

  mutating func write(_ slot: Int) {
    let write = memory.writes[slot]
    let record = DeviceRecord(bytes: write.gather.bytes)
    if record.segments != write.packets { miscounted += 1 }
    writes.append(record)
    newestRuns = write.gather.count
    counters.add(.deviceWrites)
    counters.add(.packetsIn, write.packets)
    counters.add(.bytesIn, write.gather.total - VirtioHeader.size)
    for index in 0..<write.bufferCount { release(buffer: write.buffer(index)) }
    memory.writes.giveBack(slot)
  }

  mutating func takeTrain() -> Int? {
    guard !refusesTrains, let slot = memory.trains.take() else { return nil }
    trainsTaken += 1
    return slot
  }

  /// Forgets what was recorded, and hands it over.
  mutating func takeTrains() -> [RecordedTrain] {
    defer { trains.removeAll(keepingCapacity: true) }
    return trains
  }
  mutating func takeWrites() -> [DeviceRecord] {
    defer { writes.removeAll(keepingCapacity: true) }
    return writes
  }
}

extension GatherList {
  /// All bytes, in order.
  var bytes: [UInt8] {
    (0..<count).flatMap { Bytes(entries[$0].iov_base, count: entries[$0].iov_len).copied() }
  }
}
