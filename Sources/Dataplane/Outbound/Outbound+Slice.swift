internal import CFastun

// Slicing: a super-packet becomes a train whose datagrams each stand alone.
extension Outbound {
  /// Cuts a super-packet at multiples of its segment size and sends the slices.
  mutating func slice<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, _ virtio: VirtioHeader, frame: Int,
    _ engine: inout E
  ) {
    let isTCP =
      headers.isTCP && virtio.gsoType == (headers.isIPv4 ? FT_GSO_TCPV4 : FT_GSO_TCPV6)
    let isUDP = headers.isUDP && virtio.gsoType == FT_GSO_UDP_L4
    guard isTCP || isUDP, virtio.gsoSize > 0, headers.length <= 255, virtio.needsChecksum,
      virtio.checksumStart == headers.networkLength
    else {
      counters.add(.dropDeviceMalformed)
      return
    }
    let payload = packet.dropFirst(headers.length)
    let segments = (payload.count &+ virtio.gsoSize &- 1) / virtio.gsoSize
    counters.add(.packetsOut, segments)
    guard sealer.isReady else {
      counters.add(.dropNoSession, segments)
      return
    }

    // As many whole segments as fit a datagram. TCP does not care where it is cut, UDP does.
    let room = limit &- DatagramHeader.size &- Record.sliceHeader &- headers.length
    let step = room >= virtio.gsoSize ? room / virtio.gsoSize &* virtio.gsoSize : isTCP ? room : 0
    guard step > 0 else {
      counters.add(.dropTooLong, segments)
      return
    }
    endTrain(&engine)  // Earlier packets go first.
    let compresses =
      compressor.isOn && compressor.accepts(payload, flow: Flow.hash(packet, headers))
    // Where the headers stand, they are written over.
    memory.innerHeaders.copy(packet.slice(0, headers.length), to: 0)
    var unsent = Unsent(
      headers: memory.innerHeaders.slice(0, headers.length), payload: payload,
      gsoSize: virtio.gsoSize, step: step, isUDP: isUDP, frame: frame)
    while unsent.offset < payload.count {
      guard openTrain(&engine) else {
        let left = payload.count &- unsent.offset
        counters.add(.dropSendError, (left &+ virtio.gsoSize &- 1) / virtio.gsoSize)
        return
      }
      if compresses {
        fillCompressed(&unsent, engine.outputs.trainLimit)
      } else {
        fill(&unsent, engine.outputs.trainLimit)
      }
      sendTrain(&engine)
    }
  }

  /// What of a super-packet is still to be sent.
  struct Unsent {
    let headers: Bytes
    let payload: Bytes
    let gsoSize: Int
    /// Payload bytes of one datagram.
    let step: Int
    let isUDP: Bool
    let frame: Int
    var offset = 0
  }

  /// Fills the open train with slices: one pass takes each out of the frame into the train. Its head is
  /// written right before its payload, over what has been taken already, so that it is one run.
  private mutating func fill(_ unsent: inout Unsent, _ trainLimit: Int) {
    var train = memory.trains[slot]
    let headSize = Record.sliceHeader &+ unsent.headers.count
    let stride = DatagramHeader.size &+ headSize &+ unsent.step &+ S.tag
    let datagrams = min(trainLimit, Train.maximumBytes / stride)
    let frame = memory.frames[unsent.frame].dropFirst(LaneMemory.firstRecord)
    repeat {
      let length = min(unsent.step, unsent.payload.count &- unsent.offset)
      let records = frame.slice(unsent.offset, headSize &+ length)
      writeSliceHeader(records, Record.Kind.slice, unsent)
      records.put(le16: length, 10)
      records.copyShort(unsent.headers, to: Record.sliceHeader)
      let datagram = train.wire.slice(
        train.length, DatagramHeader.size &+ records.count &+ S.tag)
      sealer.begin(datagram)
      sealer.seal(records, into: datagram)
      train.datagrams &+= 1
      train.length &+= datagram.count
      unsent.offset &+= length
    } while unsent.offset < unsent.payload.count && train.datagrams < datagrams
    train.segment = stride
    memory.trains[slot] = train
  }

  /// Fills the open train with LZ4 blocks, each as much of the payload as one datagram holds.
  @inline(never)
  private mutating func fillCompressed(_ unsent: inout Unsent, _ trainLimit: Int) {
    var train = memory.trains[slot]
    let stride = limit &+ S.tag
    while unsent.offset < unsent.payload.count, train.datagrams < trainLimit,
      train.length &+ stride <= Train.maximumBytes
    {
      let datagram = train.wire.slice(train.length, stride)
      sealer.begin(datagram)
      var size = writeBlock(datagram, &unsent)
      if size == 0 { size = writeCopy(datagram, &unsent) } else { train.compressed &+= 1 }
      train.datagrams &+= 1
      let isLast =
        unsent.offset == unsent.payload.count || train.datagrams == trainLimit
        || train.length &+ stride &+ stride > Train.maximumBytes
      if !isLast {  // All but the last are of one size: the rest is a pad record.
        datagram.zero(size, limit &- size)
        size = limit
      }
      sealer.seal(
        datagram.slice(DatagramHeader.size, size &- DatagramHeader.size),
        into: datagram.slice(0, size &+ S.tag))
      train.length &+= size &+ S.tag
    }
    train.segment = stride
    memory.trains[slot] = train
  }

  /// Writes one LZ4 slice; 0 where the block would hold no more than a plain slice does.
  private mutating func writeBlock(_ datagram: Bytes, _ unsent: inout Unsent) -> Int {
    let headSize = DatagramHeader.size &+ Record.sliceLZ4Header &+ unsent.headers.count
    let target = datagram.slice(headSize, limit &- headSize)
    let rest = unsent.payload.dropFirst(unsent.offset)
    var (taken, written) = compressor.fill(target, from: rest)
    if unsent.isUDP, taken < rest.count, written > 0 {
      // A UDP segment is not to be cut: whole ones only, compressed once more.
      taken = taken / unsent.gsoSize &* unsent.gsoSize
      written = taken > 0 ? compressor.compress(rest.slice(0, taken), into: target) : 0
    }
    guard written > 0, taken > min(unsent.step, rest.count &- 1) else { return 0 }
    let record = datagram.dropFirst(DatagramHeader.size)
    writeSliceHeader(record, Record.Kind.sliceLZ4, unsent)
    record.put(le16: written, 10)
    record.put(le16: taken, 12)
    record.copy(unsent.headers, to: Record.sliceLZ4Header)
    unsent.offset &+= taken
    return headSize &+ written
  }

  /// Writes one plain slice, copied, into a train of blocks.
  private mutating func writeCopy(_ datagram: Bytes, _ unsent: inout Unsent) -> Int {
    let record = datagram.dropFirst(DatagramHeader.size)
    let length = min(unsent.step, unsent.payload.count &- unsent.offset)
    writeSliceHeader(record, Record.Kind.slice, unsent)
    record.put(le16: length, 10)
    record.copyShort(unsent.headers, to: Record.sliceHeader)
    record.copy(
      unsent.payload.slice(unsent.offset, length), to: Record.sliceHeader &+ unsent.headers.count)
    unsent.offset &+= length
    return DatagramHeader.size &+ Record.sliceHeader &+ unsent.headers.count &+ length
  }

  /// Writes a slice's header but for its lengths.
  private mutating func writeSliceHeader(_ record: Bytes, _ kind: UInt8, _ unsent: Unsent) {
    record[0] = kind
    record[1] = Record.partialChecksum
    record[2] = UInt8(truncatingIfNeeded: unsent.headers.count)
    record[3] = 0
    record.put(le16: unsent.payload.count, 4)
    record.put(le16: unsent.offset, 6)
    record.put(le16: unsent.gsoSize, 8)
  }
}
