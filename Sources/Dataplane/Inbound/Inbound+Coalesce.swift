internal import CFastun

// Coalescing: whole packets, and UDP packets of one flow and size as one USO super-packet. Packet rates are
// bound by device writes, and this is what multiplies them. Flows are put together side by side, each in a
// place by its hash, so that order is kept within a flow.
extension Inbound {
  /// Takes a whole packet: joins it to its flow's open write, or writes it.
  mutating func packet<E: Engine & ~Copyable>(
    _ packet: Bytes, flags: UInt8, _ buffer: Int, _ engine: inout E
  ) {
    let isPartial = flags & Record.partialChecksum != 0
    // Most often it is of the same flow as the one before.
    if joins(packet, isPartial: isPartial, buffer, &engine) { return }
    guard let headers = InnerHeaders.parse(packet),
      InnerHeaders.statedLength(packet) == packet.count,
      !isPartial || headers.transportLength > 0
    else {
      counters.add(.dropInnerHeaders)
      return
    }
    if headers.isUDP {
      select(place(of: packet, headers))
      if joins(packet, isPartial: isPartial, buffer, &engine) { return }
      endWrite(&engine)  // Earlier packets go first.
    } else if headers.isFragment {
      endWrites(&engine)  // It may be of any flow.
    }
    endWrite(at: OpenWrite.slicesPlace, &engine)
    if udpSegments > 1, mayCoalesce(packet, headers, isPartial: isPartial) {
      openWrite(.datagrams, packet.slice(0, headers.length), headers)
      open.gsoSize = packet.count &- headers.length
      open.total = 0
      open.isPartial = isPartial
      appendDatagram(packet, buffer, &engine)
    } else {
      writeAlone(packet, headers, isPartial: isPartial, buffer, &engine)
    }
  }

  /// Where in ``LaneMemory/openWrites`` a packet's flow is.
  func place(of packet: Bytes, _ headers: InnerHeaders) -> Int {
    OpenWrite.slicesPlace &+ 1 &+ Flow.place(packet, headers, bits: LaneMemory.flowBits)
  }

  /// Joins a packet to the open write at hand, where it is the next of that.
  private mutating func joins<E: Engine & ~Copyable>(
    _ packet: Bytes, isPartial: Bool, _ buffer: Int, _ engine: inout E
  ) -> Bool {
    guard continues(packet, isPartial: isPartial),
      memory.writes[open.slot].canHold(buffer), memory.writes[open.slot].gather.hasRoom(1)
    else { return false }
    appendDatagram(packet, buffer, &engine)
    return true
  }

  /// Writes one packet as it came.
  private mutating func writeAlone<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, isPartial: Bool, _ buffer: Int, _ engine: inout E
  ) {
    let slot = takeWrite()
    let head = memory.writes[slot].head.slice(0, VirtioHeader.size)
    if isPartial {
      VirtioHeader.write(head, headers, gsoType: FT_GSO_NONE, gsoSize: 0)
    } else {
      VirtioHeader.writePlain(head)
    }
    memory.writes[slot].gather.append(head)
    memory.writes[slot].gather.append(packet)
    memory.writes[slot].packets = 1
    memory.buffers.retain(buffer)
    memory.writes[slot].hold(buffer)
    engine.write(slot)
  }

  /// Whether a packet may be the first of several: UDP, no options, no fragment, a payload, a checksum.
  private mutating func mayCoalesce(
    _ packet: Bytes, _ headers: InnerHeaders, isPartial: Bool
  ) -> Bool {
    guard headers.isUDP, !headers.isFragment, packet.count > headers.length,
      headers.networkLength == (headers.isIPv4 ? 20 : 40),
      Int(packet.u16(headers.networkLength &+ 4)) == packet.count &- headers.networkLength
    else { return false }
    return isPartial || Checksum.verifyUDP(packet, headers)
  }

  /// Whether a packet is the next of the open write's flow: the same headers but for what differs by
  /// nature (lengths, IP identification, checksums), and no longer than the first.
  private mutating func continues(_ packet: Bytes, isPartial: Bool) -> Bool {
    guard open.shape == .datagrams, let first = open.headerBytes,
      packet.count > first.count, packet.count &- first.count <= open.gsoSize,
      InnerHeaders.statedLength(packet) == packet.count
    else { return false }
    let network = open.headers.networkLength
    guard packet.load(network, as: UInt32.self) == first.load(network, as: UInt32.self),
      Int(packet.u16(network &+ 4)) == packet.count &- network
    else { return false }
    guard open.headers.isContinued(by: packet, first: first, segments: open.segments) else {
      return false
    }
    return isPartial || Checksum.verifyUDP(packet, open.headers)
  }

  /// Adds a packet's payload; a shorter one is the last.
  private mutating func appendDatagram<E: Engine & ~Copyable>(
    _ packet: Bytes, _ buffer: Int, _ engine: inout E
  ) {
    let payload = packet.dropFirst(open.headers.length)
    append(payload, buffer)
    open.total &+= payload.count
    open.segments &+= 1
    let isFull =
      payload.count < open.gsoSize || open.segments == udpSegments
      || open.total &+ open.gsoSize &+ open.headers.length > 65_535
    if isFull { endWrite(&engine) }
  }

  /// One packet stays as it came; several become a super-packet.
  mutating func finishDatagrams() {
    let head = memory.writes[open.slot].head
    memory.writes[open.slot].packets = open.segments
    guard let packet = open.headerBytes else { return }
    if open.segments > 1 {
      packet.put(
        u16: UInt16(truncatingIfNeeded: open.total &+ 8), open.headers.networkLength &+ 4)
      finishHeaders(packet, payload: open.total, skipped: 0)
      VirtioHeader.write(head, open.headers, gsoType: FT_GSO_UDP_L4, gsoSize: open.gsoSize)
    } else if open.isPartial {
      VirtioHeader.write(head, open.headers, gsoType: FT_GSO_NONE, gsoSize: 0)
    } else {
      VirtioHeader.writePlain(head)
    }
  }
}
