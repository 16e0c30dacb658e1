internal import CFastun

// Joining: slices that follow each other become one super-packet again.
extension Inbound {
  /// Takes a slice: joins it to the open write, or opens one for it.
  mutating func slice<E: Engine & ~Copyable>(
    _ record: Record, _ run: Bytes, _ buffer: Int, _ counter: UInt64, _ engine: inout E
  ) {
    select(OpenWrite.slicesPlace)
    if !continues(record, counter) || !memory.writes[open.slot].canHold(buffer)
      || !memory.writes[open.slot].gather.hasRoom(1)
    {
      endWrite(&engine)
      guard beginSlices(record, &engine) else { return }
    }
    open.nextCounter = counter &+ 1
    open.endsScratch = record.kind == Record.Kind.slice
    if open.headers.isUDP {
      appendUDP(run, record, buffer, &engine)
    } else {
      append(run, buffer)
      open.end &+= run.count
    }
    if open.end == open.total { endWrite(&engine) }
  }

  /// Whether the slice is the next of the open super-packet.
  private mutating func continues(_ record: Record, _ counter: UInt64) -> Bool {
    guard open.shape == .slices, counter == open.nextCounter, record.offset == open.end,
      record.total == open.total, record.gsoSize == open.gsoSize, let headers = open.headerBytes
    else { return false }
    return headers.equalsShort(record.headers) && (open.headers.isTCP || isAligned(record))
  }

  /// Whether a slice starts and ends where segments do: UDP datagrams are not to be cut.
  private mutating func isAligned(_ record: Record) -> Bool {
    record.offset % record.gsoSize == 0
      && (record.rawLength % record.gsoSize == 0
        || record.offset &+ record.rawLength == record.total)
  }

  /// Opens a write for a super-packet; false where its headers are none (counted).
  private mutating func beginSlices<E: Engine & ~Copyable>(
    _ record: Record, _ engine: inout E
  ) -> Bool {
    guard let headers = InnerHeaders.parse(record.headers),
      headers.isTCP || headers.isUDP, headers.length == record.headers.count
    else {
      counters.add(.dropInnerHeaders)
      return false
    }
    guard headers.isTCP || isAligned(record) else {
      counters.add(.dropSliceBounds)
      return false
    }
    if headers.isUDP {
      // Earlier packets go first.
      endWrite(at: place(of: record.headers, headers), &engine)
    }
    openWrite(.slices, record.headers, headers)
    open.gsoSize = record.gsoSize
    open.total = record.total
    open.start = record.offset
    open.end = record.offset
    return true
  }

  /// Opens a write whose inner headers start with a copy of `headerBytes`.
  mutating func openWrite(
    _ shape: OpenWrite.Shape, _ headerBytes: Bytes, _ headers: InnerHeaders
  ) {
    let slot = takeWrite()
    let head = memory.writes[slot].head
    let target = head.slice(VirtioHeader.size, headerBytes.count)
    target.copy(headerBytes, to: 0)
    memory.writes[slot].gather.append(head.slice(0, VirtioHeader.size &+ headerBytes.count))
    openPlaces.insert(place)
    open.shape = shape
    open.slot = slot
    open.headers = headers
    open.headerBytes = target
    open.segments = 0
  }

  /// A write slot: there is one for each place, and one more.
  mutating func takeWrite() -> Int {
    guard let slot = memory.writes.take() else { preconditionFailure("a write slot was lost") }
    memory.writes[slot].reset()
    return slot
  }

  /// Adds a run of payload to the open write, which then holds its buffer.
  mutating func append(_ run: Bytes, _ buffer: Int) {
    memory.writes[open.slot].gather.append(run)
    if !memory.writes[open.slot].holds(buffer) {
      memory.buffers.retain(buffer)
      memory.writes[open.slot].hold(buffer)
    }
  }

  /// Adds whole UDP segments, in as many writes as the kernel's limit makes them.
  private mutating func appendUDP<E: Engine & ~Copyable>(
    _ run: Bytes, _ record: Record, _ buffer: Int, _ engine: inout E
  ) {
    var offset = 0
    while offset < run.count {
      if open.segments == udpSegments {
        endWrite(&engine)
        guard beginSlices(record, &engine) else { return }
        open.start = record.offset &+ offset
        open.end = open.start
      }
      let length = min(open.gsoSize, run.count &- offset)
      append(run.slice(offset, length), buffer)
      open.segments &+= 1
      open.end &+= length
      offset &+= length
    }
  }

  /// Writes all that is open.
  mutating func endWrites<E: Engine & ~Copyable>(_ engine: inout E) {
    while let taken = openPlaces.first {
      select(taken)
      endWrite(&engine)
    }
  }

  /// Writes what is open at a place, if anything; the write at hand stays the same one.
  mutating func endWrite<E: Engine & ~Copyable>(at other: Int, _ engine: inout E) {
    guard openPlaces.contains(other) else { return }
    let here = place
    select(other)
    endWrite(&engine)
    select(here)
  }

  /// Makes the write at a place the one at hand.
  mutating func select(_ other: Int) {
    guard other != place else { return }
    memory.openWrites[place] = open
    open = memory.openWrites[other]
    place = other
  }

  /// Writes what is at hand, if anything is open.
  mutating func endWrite<E: Engine & ~Copyable>(_ engine: inout E) {
    switch open.shape {
    case .none: return
    case .slices: finishSlices()
    case .datagrams: finishDatagrams()
    }
    openPlaces.remove(place)
    open.shape = .none
    engine.write(open.slot)
  }

  /// Makes the headers those of the run that came: lengths, sequence number, IP identification, flags
  /// (RFC 791, 8200, 9293; FIN and PSH only with the last segment, CWR only with the first).
  private mutating func finishSlices() {
    guard let packet = open.headerBytes else { return }
    let headers = open.headers
    let length = open.end &- open.start
    var gsoType = FT_GSO_NONE
    if headers.isTCP {
      let tcp = packet.dropFirst(headers.networkLength)
      if open.start > 0 { TCPHeader.advance(tcp, by: open.start) }
      if open.end != open.total { tcp[TCPHeader.flags] &= ~TCPHeader.lastOnly }
      if length > open.gsoSize {
        gsoType = headers.isIPv4 ? FT_GSO_TCPV4 : FT_GSO_TCPV6
        if tcp[TCPHeader.flags] & TCPHeader.cwr != 0 { gsoType |= FT_GSO_ECN }
      }
    } else {
      packet.put(u16: UInt16(truncatingIfNeeded: length &+ 8), headers.networkLength &+ 4)
      if length > open.gsoSize { gsoType = FT_GSO_UDP_L4 }
    }
    finishHeaders(packet, payload: length, skipped: open.start / open.gsoSize)
    VirtioHeader.write(
      memory.writes[open.slot].head, headers, gsoType: gsoType, gsoSize: open.gsoSize)
    memory.writes[open.slot].packets = (length &+ open.gsoSize &- 1) / open.gsoSize
  }

  /// The IP header's length, identification and checksum, and the transport's partial checksum.
  ///
  /// - Parameter skipped: segments of the super-packet before this run.
  mutating func finishHeaders(_ packet: Bytes, payload: Int, skipped: Int) {
    let headers = open.headers
    let transport = headers.transportLength &+ payload
    if headers.isIPv4 {
      packet.put(u16: UInt16(truncatingIfNeeded: headers.networkLength &+ transport), 2)
      packet.put(u16: packet.u16(4) &+ UInt16(truncatingIfNeeded: skipped), 4)
      Checksum.fillIPv4(packet, headerLength: headers.networkLength)
    } else {
      packet.put(u16: UInt16(truncatingIfNeeded: headers.networkLength &- 40 &+ transport), 4)
    }
    let sum = Checksum.fold(Checksum.pseudoHeader(packet, headers, length: transport))
    packet.store(sum, headers.networkLength &+ headers.checksumOffset)
  }
}
