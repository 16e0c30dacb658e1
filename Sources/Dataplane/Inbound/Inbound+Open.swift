// Opening: datagrams are opened one behind the other, so that a super-packet's payload is one run.
//
// Theory of operation. A cipher that reads one place and writes another makes a copy on the way; it goes to
// where it saves work. (In the clear the copy is made for that: it costs less than the gathering.) What a
// slice adds to the open write is its payload; its head (the record's header and the inner headers) is only
// looked at. So a datagram that should bring the next slice is opened with its head over the end of the
// payload before it: those bytes are set aside, and put back once the head was read. The device then takes a
// super-packet from two runs of memory instead of 45. Where the datagram turns out to hold something else,
// its records are moved behind the run, and walked as any others.
extension Inbound {
  /// Opens a datagram and takes its records; false where it is not let in, with the drop's counter in
  /// `verdict`.
  mutating func open<E: Engine & ~Copyable>(
    _ datagram: Bytes, _ header: DatagramHeader, _ buffer: Int, verdict: inout Counter,
    _ engine: inout E
  ) -> Bool {
    let count = max(0, datagram.count &- DatagramHeader.size &- S.tag)
    let head = expectedHead(count)
    guard head == 0 else {
      return openBehind(datagram, header, count, head: head, verdict: &verdict, &engine)
    }
    if openPlaces.isEmpty { scratchUsed = 0 }  // Nothing refers to it.
    // Where there is none (other writes hold all), the datagram's own place will do.
    let target = takeScratch(count, &engine)
    guard let records = sealer.open(datagram, header, into: target, verdict: &verdict) else {
      return false
    }
    if target != nil { scratchUsed &+= count }
    walk(records, header, target == nil ? buffer : scratch, &engine)
    return true
  }

  /// Bytes before the payload of a slice that continues the open write, where the next datagram may be
  /// opened over the end of that; else 0.
  private mutating func expectedHead(_ count: Int) -> Int {
    guard place == OpenWrite.slicesPlace, open.shape == .slices, open.endsScratch,
      open.headers.isTCP, scratch >= 0
    else { return 0 }
    let head = Record.sliceHeader &+ (open.headerBytes?.count ?? 0)
    let end = unsafe memory.buffers[scratch].slice(0, scratchUsed).end
    guard count > head, scratchUsed >= head, scratchUsed &+ count <= memory.buffers.stride,
      unsafe memory.writes[open.slot].gather.end == end
    else { return 0 }
    return head
  }

  /// Opens a datagram so that what follows its head lies right behind the open write's last run.
  private mutating func openBehind<E: Engine & ~Copyable>(
    _ datagram: Bytes, _ header: DatagramHeader, _ count: Int, head: Int,
    verdict: inout Counter, _ engine: inout E
  ) -> Bool {
    let end = scratchUsed
    let target = memory.buffers[scratch].slice(end &- head, count)
    let covered = target.slice(0, head)
    let aside = memory.aside.slice(0, head)
    aside.copyShort(covered, to: 0)
    guard sealer.open(datagram, header, into: target, verdict: &verdict) != nil else {
      covered.copyShort(aside, to: 0)
      return false
    }
    if isNext(target, head: head, header.counter) {
      covered.copyShort(aside, to: 0)
      scratchUsed &+= count &- head
      open.nextCounter = header.counter &+ 1
      open.end &+= count &- head
      append(target.dropFirst(head), scratch)
      if open.end == open.total { endWrite(&engine) }
      return true
    }
    let records = memory.buffers[scratch].slice(end, count)
    records.move(target)
    covered.copyShort(aside, to: 0)
    scratchUsed &+= count
    walk(records, header, scratch, &engine)
    return true
  }

  /// Whether these records are one slice, and the next of the open super-packet: what ``Record`` and the
  /// walk would find, in one look.
  private mutating func isNext(_ records: Bytes, head: Int, _ counter: UInt64) -> Bool {
    guard let headers = open.headerBytes else { return false }
    let length = records.count &- head
    return records[0] == Record.Kind.slice && Int(records[2]) == headers.count
      && records.le16(4) == open.total && records.le16(6) == open.end
      && records.le16(8) == open.gsoSize && records.le16(10) == length
      && open.end &+ length <= open.total && counter == open.nextCounter
      && headers.equalsShort(records.slice(Record.sliceHeader, headers.count))
  }
}
