/// A super-packet's whole way through both ends. Where the kernel would carry the train, it is copied.
struct CarryTrial<S: Sealer>: TrialOperation, ~Copyable {
  private var lane: TrialLane<S>
  private let packet: SuperPacket
  private let buffer: Int

  init(_ lane: consuming TrialLane<S>) throws {
    self.lane = lane
    packet = SuperPacket(self.lane)
    buffer = self.lane.takeBuffer()
    self.lane.engine.copy = self.lane.memory.buffers[buffer]
  }

  mutating func perform(_ turns: Int) -> Bool {
    let before = lane.engine.packets
    for _ in 0..<turns {
      packet.send(&lane)
      lane.inbound.take(
        buffer, length: lane.engine.length, segment: lane.engine.segment, &lane.engine)
      lane.inbound.flush(&lane.engine)
    }
    return lane.engine.packets - before == turns * SuperPacket.segments
  }
}
