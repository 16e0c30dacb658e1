internal import CFastun

// Inbound: peer → split → [open] → [LZ4] → join → device.
//
// Theory of operation. `take` gets what one receive brought: a train that the kernel kept together, or a
// part of it. Each datagram is judged by its header and its counter, opened (Inbound+Open.swift), and its
// records are walked. Slices of one super-packet that follow each other are joined in an open write
// (Inbound+Join.swift), also across receives, and equal-sized UDP packets of each flow likewise
// (Inbound+Coalesce.swift); a write gathers their bytes from the buffers, which it holds until it is done.
// It goes out when it is complete, when something comes that may not overtake it (a packet of its flow that
// does not continue it; for slices another super-packet's slice, and any packet but one that joins its flow's
// open write), or when the turn ends: never by a timer. Every byte of a datagram is hostile: a record that cannot
// be is dropped on its own counter, and the virtio header is built here, from headers parsed here.

/// A lane's way from the peer to the device.
struct Inbound<S: Sealer> {
  let memory: LaneMemory
  let counters: Counters
  let lane: UInt8
  /// UDP segments that one write may stand for; 1: UDP is never joined.
  let udpSegments: Int
  let sealer: S
  /// Where the control side finds what it should know.
  let switchboard: Switchboard

  /// The write at hand, and its place among ``LaneMemory/openWrites``, where the others are.
  var open = OpenWrite()
  var place = OpenWrite.slicesPlace
  /// Which of them are open.
  var openPlaces = PlaceSet()
  /// The scratch buffer that datagrams are opened into and blocks decompressed, and how much of it is used;
  /// -1 for none.
  var scratch = -1
  var scratchUsed = 0
  /// The peer greeted in this turn; it wants an answer to a greeting, or to a keep-alive.
  var greeting: (session: UInt32, lanes: Int, mtu: Int)?
  var wantsGreeting = false
  var wantsKeepAlive = false

  init(
    _ plan: Plan, memory: LaneMemory, counters: Counters, lane: Int, sealer: S,
    switchboard: Switchboard
  ) {
    self.memory = memory
    self.counters = counters
    self.lane = UInt8(lane)
    self.sealer = sealer
    self.switchboard = switchboard
    udpSegments = plan.udpSegments
  }

  /// Takes what one receive brought: datagrams of `segment` bytes each, the last one may be shorter
  /// (0: one datagram). The caller keeps its own hold of the buffer.
  mutating func take<E: Engine & ~Copyable>(
    _ buffer: Int, length: Int, segment: Int, _ engine: inout E
  ) {
    let train = memory.buffers[buffer].slice(0, length)
    let stride = segment > 0 ? segment : length
    var at = 0
    var taken = (datagrams: 0, bytes: 0)
    var rejected = 0
    repeat {
      let datagram = train.slice(at, min(stride, length &- at))
      var verdict = Counter.dropTruncated
      if let header = DatagramHeader.read(datagram, kind: S.kind, lane: lane, verdict: &verdict),
        open(datagram, header, buffer, verdict: &verdict, &engine)
      {
        taken.datagrams &+= 1
        taken.bytes &+= datagram.count
      } else if reject(datagram, verdict) {
        rejected &+= 1
      }
      at &+= stride
    } while at < length
    // What was all of handshakes is no train.
    if taken.datagrams &+ rejected > 0 { counters.add(.trainsReceived) }
    counters.add(.datagramsReceived, taken.datagrams)
    counters.add(.datagramBytesReceived, taken.bytes)
    counters.set(.datagramsLost, sealer.lost)
  }

  /// Ends the turn: what is open is written.
  mutating func flush<E: Engine & ~Copyable>(_ engine: inout E) {
    endWrites(&engine)
    releaseScratch(&engine)
  }

  /// Counts a datagram that was not let in; false where it is a handshake's, which goes to the control side.
  @inline(never)
  private mutating func reject(_ datagram: Bytes, _ verdict: Counter) -> Bool {
    guard verdict == .dropType || verdict == .dropVersion else {
      counters.add(verdict)
      return true
    }
    let isSealing = S.tag > 0
    switch datagram[0] {
    case let kind where DatagramHeader.Kind.isHandshake(kind):
      if isSealing, lane == 0 {
        // Of another version, too: the control side has words for that. None is longer than this.
        let start = datagram.slice(0, min(datagram.count, DatagramHeader.Kind.handshakeRoom))
        switchboard.tell(.handshake(start.copied()))
        return false
      }
      counters.add(verdict == .dropType && !isSealing ? .dropSealed : verdict)
    case DatagramHeader.Kind.clear where isSealing && verdict == .dropType:
      counters.add(.dropPlaintext)
    case DatagramHeader.Kind.sealed where !isSealing && verdict == .dropType:
      counters.add(.dropSealed)
    default:
      counters.add(verdict)
    }
    return true
  }

  /// Walks a datagram's records, which lie in `buffer`.
  mutating func walk<E: Engine & ~Copyable>(
    _ records: Bytes, _ header: DatagramHeader, _ buffer: Int, _ engine: inout E
  ) {
    memory.buffers.retain(buffer)
    defer { engine.release(buffer: buffer) }
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

  /// A greeting in the clear, a keep-alive where datagrams are sealed.
  @inline(never)
  private mutating func control(_ record: Record, _ header: DatagramHeader) {
    let isSealing = S.tag > 0
    let body = record.body
    if !isSealing, lane == 0, record.flags == Greeting.what, body.count >= Greeting.length,
      body[0] > 0
    {
      greeting = (session: header.session, lanes: Int(body[0]), mtu: body.le16(2))
      if body[1] & Greeting.wantsAnswer != 0 { wantsGreeting = true }
    } else if isSealing, record.flags == KeepAlive.what, body.count >= KeepAlive.length {
      if body[0] & KeepAlive.wantsAnswer != 0 { wantsKeepAlive = true }
    } else {
      counters.add(.dropControl)
    }
  }

  /// Something is to be told to the control side, or answered.
  var hasWord: Bool { greeting != nil || wantsKeepAlive }

  // MARK: Scratch

  /// `count` bytes of scratch, right behind the last ones where they fit.
  mutating func takeScratch<E: Engine & ~Copyable>(
    _ count: Int, _ engine: inout E
  ) -> Bytes? {
    if scratch < 0 || scratchUsed &+ count > memory.buffers.stride {
      releaseScratch(&engine)
      guard let taken = takeFreeScratch() else {
        endWrites(&engine)  // What is open may hold all the others.
        guard let taken = takeFreeScratch() else { return nil }
        scratch = taken
        return memory.buffers[scratch].slice(0, count)
      }
      scratch = taken
    }
    return memory.buffers[scratch].slice(scratchUsed, count)
  }

  private mutating func takeFreeScratch() -> Int? {
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
