/// An engine without a kernel: what would be sent or written is done with at once.
struct TrialEngine: Engine {
  var outputs: Outputs
  /// Where the bytes of trains go; nil: nowhere.
  var copy: Bytes?
  /// Of the newest train that was copied.
  private(set) var length = 0
  private(set) var segment = 0
  /// So far.
  private(set) var datagrams = 0
  private(set) var packets = 0

  var failure: Int32 { 0 }

  init(memory: LaneMemory, counters: Counters) {
    outputs = Outputs(
      memory: memory, counters: counters, queue: -1, socket: -1,
      trainLimit: Train.maximumDatagrams)
  }

  mutating func wait() {}
  mutating func next() -> Event? { nil }
  mutating func awaitRoom() {}
  mutating func finish() {}
  mutating func takeTrain() -> Int? { outputs.memory.trains.take() }

  mutating func send(_ slot: Int) {
    outputs.memory.trains[slot].prepare()
    let train = outputs.memory.trains[slot]
    if let copy {
      copy.copy(train.bytes, to: 0)
      length = train.length
      segment = train.datagrams > 1 ? train.segment : 0
    }
    datagrams &+= train.datagrams
    outputs.memory.trains.giveBack(slot)
  }

  mutating func write(_ slot: Int) {
    let write = outputs.memory.writes[slot]
    packets &+= write.packets
    var index = 0
    while index < write.bufferCount {
      release(buffer: write.buffer(index))
      index &+= 1
    }
    outputs.memory.writes.giveBack(slot)
  }
}
