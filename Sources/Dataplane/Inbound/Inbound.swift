internal import CFastun

// Inbound: peer → split → [open] → [LZ4] → join → device.
//
// Theory of operation. `take` gets what one receive brought: a train that the kernel kept together, or a
// part of it. Each datagram is judged by its header and its counter, opened, and its records are walked.
// Slices of one super-packet that follow each other are joined in an open write (Inbound+Join.swift),
// also across receives, and equal-sized UDP packets of one flow likewise (Inbound+Coalesce.swift); the
// write gathers their bytes straight from the receive buffers, which it holds until it is done. The open
// write goes out when it is complete, when something else comes, or when the turn ends: never by a timer.
// Every byte of a datagram is hostile: a record that cannot be is dropped on its own counter, and the
// virtio header is built here, from headers parsed here.

/// A lane's way from the peer to the device.
struct Inbound<S: Sealer> {
  let memory: LaneMemory
  let counters: Counters
  let lane: UInt8
  /// UDP segments that one write may stand for; 1: UDP is never joined.
  let udpSegments: Int
  var sealer: S
  var window: ReplayWindow
  /// The peer's session, and the one before it, whose stragglers are dropped.
  var session: UInt32?
  var staleSession: UInt32?

  /// Datagrams lost in the peer's earlier sessions.
  var lostBefore: UInt64 = 0

  /// The write being put together.
  var open = OpenWrite()
  /// The scratch buffer that blocks are decompressed into, and how much of it is used; -1 for none.
  var scratch = -1
  var scratchUsed = 0
  /// The peer greeted in this turn, and whether it wants an answer.
  var greeting: (lanes: Int, mtu: Int)?
  var wantsAnswer = false

  /// Where the kernel's GRO keeps little together (up to so many bytes), joining would hold a buffer of
  /// 68 KiB for each datagram: those bytes are copied side by side into scratch.
  private static var shortReceive: Int { 4096 }

  init(_ plan: Plan, memory: LaneMemory, counters: Counters, lane: Int, sealer: S) {
    self.memory = memory
    self.counters = counters
    self.lane = UInt8(lane)
    self.sealer = sealer
    udpSegments = plan.udpSegments
    window = ReplayWindow(memory.replay)
  }

  /// Takes what one receive brought: datagrams of `segment` bytes each, the last one may be shorter
  /// (0: one datagram). The caller keeps its own hold of the buffer.
  mutating func take<E: Engine & ~Copyable>(
    _ buffer: Int, length: Int, segment: Int, _ engine: inout E
  ) {
    counters.add(.trainsReceived)
    var train = memory.buffers[buffer].slice(0, length)
    var buffer = buffer
    if length <= Self.shortReceive, let copy = takeScratch(length, &engine) {
      copy.copy(train, to: 0)
      scratchUsed &+= length
      train = copy
      buffer = scratch
    }
    memory.buffers.retain(buffer)  // Decompression may go on to the next scratch buffer.
    let stride = segment > 0 ? segment : length
    var at = 0
    var taken = (datagrams: 0, bytes: 0)
    repeat {
      let datagram = train.slice(at, min(stride, length &- at))
      if let header = admit(datagram), let records = sealer.open(datagram, header) {
        taken.datagrams &+= 1
        taken.bytes &+= datagram.count
        walk(records, header, buffer, &engine)
      }
      at &+= stride
    } while at < length
    engine.release(buffer: buffer)
    counters.add(.datagramsReceived, taken.datagrams)
    counters.add(.datagramBytesReceived, taken.bytes)
    counters.set(.datagramsLost, lostBefore &+ window.lost)
  }

  /// Ends the turn: what is open is written.
  mutating func flush<E: Engine & ~Copyable>(_ engine: inout E) {
    endWrite(&engine)
    releaseScratch(&engine)
  }

  /// Judges a datagram by its header: nil where it was dropped and counted.
  private mutating func admit(_ datagram: Bytes) -> DatagramHeader? {
    var verdict = Counter.dropTruncated
    guard
      let header = DatagramHeader.read(datagram, kind: S.kind, lane: lane, verdict: &verdict)
    else {
      counters.add(verdict)
      return nil
    }
    if header.session != session, !begin(header.session) {
      counters.add(.dropStaleSession)
      return nil
    }
    guard window.take(header.counter) else {
      counters.add(.dropReplayed)
      return nil
    }
    return header
  }

  /// Begins the peer's new session; false where it is the one before.
  private mutating func begin(_ session: UInt32) -> Bool {
    guard session != staleSession else { return false }
    staleSession = self.session
    self.session = session
    lostBefore &+= window.lost
    window.reset()
    return true
  }

  /// Walks a datagram's records.
  private mutating func walk<E: Engine & ~Copyable>(
    _ records: Bytes, _ header: DatagramHeader, _ buffer: Int, _ engine: inout E
  ) {
    var position = 0
    var verdict: Counter?
    while let record = Record.next(records, &position, verdict: &verdict) {
      switch record.kind {
      case Record.Kind.slice:
        slice(record, record.body, buffer, header.counter, &engine)
      case Record.Kind.packet:
        packet(record.body, flags: record.flags, buffer, &engine)
      case Record.Kind.control:
        control(record, header)
      default:
        decompress(record, header, &engine)
      }
    }
    if let verdict { counters.add(verdict) }
  }

  /// Decompresses a record's block and goes on with what it held.
  @inline(never)
  private mutating func decompress<E: Engine & ~Copyable>(
    _ record: Record, _ header: DatagramHeader, _ engine: inout E
  ) {
    guard let target = takeScratch(record.rawLength, &engine) else {
      counters.add(.dropLZ4)
      return
    }
    guard Compressor.decompress(record.body, into: target) else {
      counters.add(.dropLZ4)
      return
    }
    scratchUsed &+= target.count
    if record.kind == Record.Kind.sliceLZ4 {
      slice(record, target, scratch, header.counter, &engine)
    } else {
      packet(target, flags: record.flags, scratch, &engine)
    }
  }

  /// A greeting is the only control record yet, and only lane 0 takes it.
  @inline(never)
  private mutating func control(_ record: Record, _ header: DatagramHeader) {
    guard lane == 0, record.flags == Greeting.what, record.body.count >= Greeting.length,
      record.body[0] > 0
    else {
      counters.add(.dropControl)
      return
    }
    greeting = (lanes: Int(record.body[0]), mtu: record.body.le16(2))
    if record.body[1] & Greeting.wantsAnswer != 0 { wantsAnswer = true }
  }

  // MARK: Scratch

  /// `count` bytes of scratch, right behind the last ones where they fit.
  private mutating func takeScratch<E: Engine & ~Copyable>(
    _ count: Int, _ engine: inout E
  ) -> Bytes? {
    if scratch < 0 || scratchUsed &+ count > memory.buffers.stride {
      releaseScratch(&engine)
      guard let taken = takeFreeScratch() else {
        endWrite(&engine)  // What is open may hold all the others.
        guard let taken = takeFreeScratch() else { return nil }
        scratch = taken
        return memory.buffers[scratch].slice(0, count)
      }
      scratch = taken
    }
    return memory.buffers[scratch].slice(scratchUsed, count)
  }

  private func takeFreeScratch() -> Int? {
    guard let buffer = memory.freeScratch.pop() else { return nil }
    memory.buffers.hold(buffer)
    return buffer
  }

  private mutating func releaseScratch<E: Engine & ~Copyable>(_ engine: inout E) {
    if scratch >= 0 { engine.release(buffer: scratch) }
    scratch = -1
    scratchUsed = 0
  }
}
