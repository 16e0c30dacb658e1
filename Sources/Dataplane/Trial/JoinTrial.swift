/// A train in the clear that comes again and again, with its counters moved on.
struct JoinTrial: TrialOperation, ~Copyable {
  /// What the train carries.
  enum Load {
    case superPacket
    case smallPackets

    var packets: Int {
      switch self {
      case .superPacket: SuperPacket.segments
      case .smallPackets: SmallPackets.count
      }
    }
  }

  private let train: Load
  private var lane: TrialLane<ClearSealer>
  private let buffer: Int
  private let bytes: Bytes
  private let length: Int
  private let segment: Int
  private var counter: UInt64 = 0

  init(train: Load) throws {
    self.train = train
    lane = try .clear()
    buffer = lane.takeBuffer()
    bytes = lane.memory.buffers[buffer]
    lane.engine.copy = bytes
    switch train {
    case .superPacket: SuperPacket(lane).send(&lane)
    case .smallPackets: SmallPackets(lane).send(&lane)
    }
    length = lane.engine.length
    segment = lane.engine.segment
  }

  mutating func perform(_ turns: Int) -> Bool {
    let before = lane.engine.packets
    for _ in 0..<turns {
      var at = 0
      while at < length {
        bytes.put(le64: counter, at &+ 8)
        counter &+= 1
        at &+= segment
      }
      lane.inbound.take(buffer, length: length, segment: segment, &lane.engine)
      lane.inbound.flush(&lane.engine)
    }
    return lane.engine.packets - before == turns * train.packets
  }
}
