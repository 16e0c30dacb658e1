internal import CFastun

// Coalescing: super-packets that follow each other in a TCP stream become one, as long as a train can be.
//
// Theory of operation. A program that writes 128 KiB at a time makes the kernel give two super-packets of 44
// segments and one of 7, and so on; each would cost a train, a receive and a device write of its own, and an
// acknowledgement. So a super-packet that leaves room in its train waits, in its frame, for the next frame of
// the turn. Where that continues the stream, by the rules of the kernel's own receive offload
// (tcp_gro_receive of net/ipv4/tcp_offload.c), its segments fill the train; anything else, and the turn's
// end, sends what waits. Two rules are ours: PSH does not end a super-packet, as a sender should collapse it
// too (RFC 9293 §3.9.1.2), and moves to its last segment; and a packet may be cut where segments end.
extension Outbound {
  /// Opens a super-packet with a frame's headers.
  mutating func openSuperPacket(
    _ packet: Bytes, _ headers: InnerHeaders, gsoSize: Int, step: Int
  ) {
    // Where the headers stand, they are written over.
    memory.innerHeaders.copy(packet.slice(0, headers.length), to: 0)
    superPacket.headers = headers
    superPacket.gsoSize = gsoSize
    superPacket.step = step
    superPacket.limit = packet.count &- headers.length
    superPacket.isContinuable = false
  }

  /// Lets further frames continue the open super-packet, where that can be: TCP, in whole segments.
  mutating func allowContinuation(_ trainLimit: Int) {
    guard superPacket.headers.isTCP, superPacket.step >= superPacket.gsoSize else { return }
    let at = superPacket.headers.networkLength &+ TCPHeader.flags
    let flags = memory.innerHeaders[at]
    guard flags & (TCPHeader.syn | TCPHeader.rst | TCPHeader.urg) == 0 else { return }
    memory.innerHeaders[at] = flags & ~TCPHeader.lastOnly
    superPacket.isContinuable = true
    superPacket.limit = coalescingLimit(trainLimit)
  }

  /// Payload bytes of as many full trains as a packet can be long.
  private func coalescingLimit(_ trainLimit: Int) -> Int {
    let train = min(trainLimit, Train.maximumBytes / sliceStride) &* superPacket.step
    return (65_535 &- superPacket.headers.length) / train &* train
  }

  /// Whether a frame's first segment is the one after the open super-packet's last, and nothing else
  /// changed that a program, or the kernel, could see.
  mutating func continues(_ packet: Bytes, _ headers: InnerHeaders, gsoSize: Int) -> Bool {
    let network = superPacket.headers.networkLength
    let length = superPacket.headers.length
    guard superPacket.runs > 0, headers.isTCP, headers.isIPv4 == superPacket.headers.isIPv4,
      headers.networkLength == network, headers.length == length, gsoSize == superPacket.gsoSize
    else { return false }
    let first = memory.innerHeaders.slice(0, length)
    let tcp = packet.slice(network, headers.transportLength)
    let firstTCP = first.dropFirst(network)
    let flags = tcp[TCPHeader.flags]
    let next = firstTCP.u32(TCPHeader.sequence) &+ UInt32(truncatingIfNeeded: superPacket.total)
    guard tcp.u32(TCPHeader.sequence) == next, tcp.u32(0) == firstTCP.u32(0),  // Ports.
      tcp.u32(TCPHeader.acknowledgement) == firstTCP.u32(TCPHeader.acknowledgement),
      tcp.u16(TCPHeader.window) == firstTCP.u16(TCPHeader.window),
      (flags ^ firstTCP[TCPHeader.flags]) & ~(TCPHeader.lastOnly | TCPHeader.cwr) == 0,
      flags & TCPHeader.cwr == 0,
      tcp.dropFirst(TCPHeader.options).equalsShort(firstTCP.dropFirst(TCPHeader.options))
    else { return false }
    return headers.isContinued(
      by: packet, first: first, segments: superPacket.total / gsoSize)
  }

  /// Makes the headers those of the segment so many payload bytes further on.
  private mutating func advance(_ count: Int) {
    let network = superPacket.headers.networkLength
    let tcp = memory.innerHeaders.dropFirst(network)
    TCPHeader.advance(tcp, by: count)
    tcp[TCPHeader.flags] &= ~TCPHeader.lastOnly
    guard superPacket.headers.isIPv4 else { return }
    let segments = count / superPacket.gsoSize
    memory.innerHeaders.put(
      u16: memory.innerHeaders.u16(4) &+ UInt16(truncatingIfNeeded: segments), 4)
  }

  /// Adds a frame's payload to the open super-packet, and sends what is full or cannot be continued.
  mutating func add<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, frame: Int, _ engine: inout E
  ) {
    let count = packet.count &- headers.length
    let flags =
      headers.isTCP ? packet[headers.networkLength &+ TCPHeader.flags] & TCPHeader.lastOnly : 0
    if count % superPacket.step != 0 || flags & TCPHeader.fin != 0 {
      superPacket.isContinuable = false
    }
    var offset = 0
    while true {
      let taken = min(count &- offset, superPacket.limit &- superPacket.total)
      memory.runs[superPacket.runs] = .init(frame: frame, offset: offset, count: taken)
      memory.frames.retain(frame)
      superPacket.runs &+= 1
      superPacket.total &+= taken
      offset &+= taken
      guard offset < count else { break }
      let full = superPacket.total
      trainSuperPacket(&engine)
      advance(full)
    }
    if flags != 0 { memory.innerHeaders[headers.networkLength &+ TCPHeader.flags] |= flags }
    if !superPacket.isContinuable || superPacket.total == superPacket.limit
      || superPacket.runs == LaneMemory.runCount
    {
      trainSuperPacket(&engine)
    }
  }
}
