internal import CFastun
import Glibc

/// A super-packet sliced into a train. In the clear it lies in its frame as the device's next reads would
/// lay it out, with room for the heads.
struct SliceTrial<S: Sealer>: TrialOperation, ~Copyable {
  private var lane: TrialLane<S>
  private let packet: SuperPacket

  init(_ lane: consuming TrialLane<S>) throws {
    self.lane = lane
    packet = SuperPacket(self.lane)
    if S.tag == 0 { try layOut() }
  }

  /// Lets the walk see the packet once, then reads it as the walk wants the next ones.
  private mutating func layOut() throws {
    // SAFETY: a literal.
    let file = Descriptor(unsafe ft_memory_file("frame"))
    let bytes = lane.memory.frameReads[packet.frame].plain().slice(0, packet.length)
    // SAFETY: reads the frame's own bytes.
    guard unsafe write(file.raw, bytes.base, bytes.count) == bytes.count else {
      throw SystemError.last("write of a frame to a memory file")
    }
    packet.send(&lane)
    lseek(file.raw, 0, SEEK_SET)
    let layout = lane.memory.layout.current
    let length = lane.memory.frameReads[packet.frame].read(file.raw, layout: layout)
    precondition(length == packet.length && !layout.isPlain)
  }

  mutating func perform(_ turns: Int) -> Bool {
    let before = lane.engine.datagrams
    for _ in 0..<turns { packet.send(&lane) }
    return lane.engine.datagrams - before == turns * SuperPacket.segments
  }
}
