/// Frames with one small UDP packet each.
struct SmallPackets {
  /// As many as a batch of reads brings.
  static let count = 32
  /// Bytes of each.
  static let size = 64

  private let first: Int
  private let length: Int

  init<S: Sealer>(_ lane: borrowing TrialLane<S>) {
    var first = Int.max
    var length = 0
    for _ in 0..<Self.count {
      let (frame, bytes) = lane.takeFrame()
      first = min(first, frame)
      length = TrialPacket.writeUDP(bytes, payload: Self.size - TrialPacket.udpHeaders)
    }
    self.first = first
    self.length = length
  }

  /// Sends all in one turn.
  func send<S: Sealer>(_ lane: inout TrialLane<S>) {
    for frame in first..<(first + Self.count) {
      lane.outbound.take(frame, length: length, &lane.engine)
    }
    lane.outbound.flush(&lane.engine)
  }
}

/// Small packets packed into datagrams.
struct PackTrial<S: Sealer>: TrialOperation, ~Copyable {
  private var lane: TrialLane<S>
  private let packets: SmallPackets

  init(_ lane: consuming TrialLane<S>) throws {
    self.lane = lane
    packets = SmallPackets(self.lane)
  }

  mutating func perform(_ turns: Int) -> Bool {
    let before = lane.counters[.packetsOut]
    for _ in 0..<turns { packets.send(&lane) }
    return lane.counters[.packetsOut] - before == UInt64(turns * SmallPackets.count)
  }
}
