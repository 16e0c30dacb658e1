/// A super-packet sliced into a train.
struct SliceTrial<S: Sealer>: TrialOperation, ~Copyable {
  private var lane: TrialLane<S>
  private let packet: SuperPacket

  init(_ lane: consuming TrialLane<S>) throws {
    self.lane = lane
    packet = SuperPacket(self.lane)
  }

  mutating func perform(_ turns: Int) -> Bool {
    let before = lane.engine.datagrams
    for _ in 0..<turns { packet.send(&lane) }
    return lane.engine.datagrams - before == turns * SuperPacket.segments
  }
}
