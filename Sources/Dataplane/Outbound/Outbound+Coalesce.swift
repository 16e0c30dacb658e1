// Coalescing: super-packets that follow each other in a TCP stream become one, as long as a train can be.
//
// Theory of operation. A program that writes 128 KiB at a time makes the kernel give two super-packets of 44
// segments and one of 7, and so on; each would cost a train, a receive and a device write of its own, and an
// acknowledgement. So a super-packet that leaves room in its train waits, in its frame, for the next of its
// stream (OpenSuperPacket+Continue.swift), whatever comes between from others. Streams have places by the
// hash of their flow, as in the kernel (dev_gro_receive of net/core/gro.c). What waits goes out when it is
// long enough, when anything else of its place comes, and when the turn ends.
extension Outbound {
  /// Adds a frame's payload to what is open of its stream, or opens a super-packet for it.
  mutating func coalesce<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, gsoSize: Int, step: Int, frame: Int,
    _ engine: inout E
  ) {
    let place = place(of: packet, headers)
    if !memory.superPackets[place].isContinued(by: packet, headers, gsoSize: gsoSize) {
      trainSuperPacket(place, &engine)  // Earlier packets go first.
      memory.superPackets[place].open(packet, headers, gsoSize: gsoSize, step: step)
      memory.superPackets[place].allowContinuation(
        upTo: coalescingLimit(headers, step: step, trainLimit: engine.outputs.trainLimit))
    }
    add(packet, headers, place, frame: frame, &engine)
  }

  /// Where in ``LaneMemory/superPackets`` a packet's flow is.
  private func place(of packet: Bytes, _ headers: InnerHeaders) -> Int {
    Flow.place(packet, headers, bits: LaneMemory.superPacketBits)
  }

  /// Payload bytes of as many full trains as a packet can be long.
  private func coalescingLimit(_ headers: InnerHeaders, step: Int, trainLimit: Int) -> Int {
    let stride = sliceStride(headers, step: step)
    let train = min(trainLimit, Train.maximumBytes / stride) &* step
    return (65_535 &- headers.length) / train &* train
  }

  /// Adds a frame's payload to an open super-packet, and sends what is full or cannot be continued.
  private mutating func add<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, _ place: Int, frame: Int, _ engine: inout E
  ) {
    let count = packet.count &- headers.length
    let flags =
      headers.isTCP ? packet[headers.networkLength &+ TCPHeader.flags] & TCPHeader.lastOnly : 0
    if count % memory.superPackets[place].step != 0 || flags & TCPHeader.fin != 0 {
      memory.superPackets[place].isContinuable = false
    }
    var offset = 0
    while true {
      let taken = min(
        count &- offset, memory.superPackets[place].limit &- memory.superPackets[place].total)
      memory.superPackets[place].append(.init(frame: frame, offset: offset, count: taken))
      memory.frames.retain(frame)
      openPlaces.insert(place)
      offset &+= taken
      guard offset < count else { break }
      let full = memory.superPackets[place].total
      trainSuperPacket(place, &engine)
      memory.superPackets[place].advance(full)
    }
    if flags != 0 {
      memory.superPackets[place].headerBytes[headers.networkLength &+ TCPHeader.flags] |= flags
    }
    if memory.superPackets[place].isComplete { trainSuperPacket(place, &engine) }
  }

  /// Sends what is open of a packet's flow: earlier packets go first.
  mutating func endFlow<E: Engine & ~Copyable>(
    of packet: Bytes, _ headers: InnerHeaders, _ engine: inout E
  ) {
    guard !openPlaces.isEmpty else { return }
    if headers.isFragment {
      trainSuperPackets(&engine)  // It may be of any flow.
    } else {
      trainSuperPacket(place(of: packet, headers), &engine)
    }
  }
}
