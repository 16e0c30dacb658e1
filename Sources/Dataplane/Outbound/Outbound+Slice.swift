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
    let isSealed = S.tag > 0
    let isLaidOut =
      !isSealed && settleLayout(packet, headers, virtio, frame: frame, step: step)
    var innerHeaders = packet.slice(0, headers.length)
    if isSealed {  // Where they stand, they are overwritten.
      memory.innerHeaders.copy(innerHeaders, to: 0)
      innerHeaders = memory.innerHeaders.slice(0, headers.length)
    }
    var unsent = Unsent(
      headers: innerHeaders, payload: payload, gsoSize: virtio.gsoSize,
      step: step, isUDP: isUDP, frame: frame)
    while unsent.offset < payload.count {
      guard openTrain(&engine) else {
        let left = payload.count &- unsent.offset
        counters.add(.dropSendError, (left &+ virtio.gsoSize &- 1) / virtio.gsoSize)
        return
      }
      let trainLimit = engine.outputs.trainLimit
      if compresses {
        fillCompressed(&unsent, trainLimit)
      } else if isSealed {
        fillSealed(&unsent, trainLimit)
      } else if isLaidOut {
        fillInPlace(&unsent, trainLimit)
      } else {
        fillGathered(&unsent, trainLimit)
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

  /// Whether the frame was read so that its slices stand where their datagrams want them; if not, the
  /// payload is made contiguous. Tells how the next frame is best read: as this one should have been.
  private mutating func settleLayout(
    _ packet: Bytes, _ headers: InnerHeaders, _ virtio: VirtioHeader, frame: Int, step: Int
  ) -> Bool {
    let isWorthIt = !compressor.isOn && step == virtio.gsoSize && step >= FrameLayout.shortest
    let wanted =
      isWorthIt
      ? FrameLayout(headers: headers.length, gsoSize: virtio.gsoSize) : FrameLayout.plain
    memory.layout.current = wanted
    let layout = memory.frameReads[frame].layout
    if layout.isPlain || layout == wanted { return !layout.isPlain }
    memory.frameReads[frame].straighten(length: VirtioHeader.size &+ packet.count)
    return false
  }

  /// Fills the open train with sealed slices: one pass takes each out of the frame into the train. Its head
  /// is written right before its payload, over what has been sealed already, so that it is one run.
  private mutating func fillSealed(_ unsent: inout Unsent, _ trainLimit: Int) {
    var train = memory.trains[slot]
    let headSize = Record.sliceHeader &+ unsent.headers.count
    let stride = DatagramHeader.size &+ headSize &+ unsent.step &+ S.tag
    let datagrams = min(trainLimit, Train.maximumBytes / stride)
    // The first head stands where the virtio header ends: records start at or after the frame's start.
    let frame = memory.frames[unsent.frame].dropFirst(
      FrameLayout.start &+ VirtioHeader.size &- Record.sliceHeader)
    var at = 0
    repeat {
      let length = min(unsent.step, unsent.payload.count &- unsent.offset)
      let records = frame.slice(unsent.offset, headSize &+ length)
      writeSliceHeader(records, Record.Kind.slice, unsent)
      records.put(le16: length, 10)
      let datagram = train.wire.slice(at, DatagramHeader.size &+ records.count &+ S.tag)
      sealer.begin(datagram)
      sealer.seal(records, into: datagram)
      train.datagrams &+= 1
      at &+= datagram.count
      unsent.offset &+= length
    } while unsent.offset < unsent.payload.count && train.datagrams < datagrams
    train.segment = stride
    train.gather.append(train.wire.slice(0, at))
    memory.trains[slot] = train
  }

  /// Fills the open train with slices that stand in the frame as they go out: only heads are written.
  private mutating func fillInPlace(_ unsent: inout Unsent, _ trainLimit: Int) {
    var train = memory.trains[slot]
    let headSize = DatagramHeader.size &+ Record.sliceHeader &+ unsent.headers.count
    let stride = headSize &+ unsent.step
    let datagrams = min(trainLimit, Train.maximumBytes / stride)
    let frame = memory.frames[unsent.frame].dropFirst(FrameLayout.image)
    let begin = unsent.offset / unsent.step &* stride
    var at = begin
    repeat {
      let length = min(unsent.step, unsent.payload.count &- unsent.offset)
      // The first one's inner headers stand there as they were read.
      writeHead(frame.slice(at, headSize), unsent, length, copyingHeaders: at > 0)
      train.datagrams &+= 1
      at &+= headSize &+ length
      unsent.offset &+= length
    } while unsent.offset < unsent.payload.count && train.datagrams < datagrams
    train.gather.append(frame.slice(begin, at &- begin))
    train.segment = stride
    train.frame = unsent.frame
    memory.frames.retain(unsent.frame)
    memory.trains[slot] = train
  }

  /// Fills the open train with slices gathered from the frame: headers are written, payload is not copied.
  private mutating func fillGathered(_ unsent: inout Unsent, _ trainLimit: Int) {
    var train = memory.trains[slot]
    let headSize = DatagramHeader.size &+ Record.sliceHeader &+ unsent.headers.count
    let datagrams = min(trainLimit, Train.maximumBytes / (headSize &+ unsent.step))
    var at = 0
    repeat {
      let length = min(unsent.step, unsent.payload.count &- unsent.offset)
      let head = train.wire.slice(at, headSize)
      writeHead(head, unsent, length, copyingHeaders: true)
      train.gather.append(head)
      train.gather.append(unsent.payload.slice(unsent.offset, length))
      train.datagrams &+= 1
      at &+= headSize
      unsent.offset &+= length
    } while unsent.offset < unsent.payload.count && train.datagrams < datagrams
    train.segment = headSize &+ unsent.step
    train.frame = unsent.frame
    memory.frames.retain(unsent.frame)
    memory.trains[slot] = train
  }

  /// Fills the open train with LZ4 blocks, each as much of the payload as one datagram holds.
  @inline(never)
  private mutating func fillCompressed(_ unsent: inout Unsent, _ trainLimit: Int) {
    var train = memory.trains[slot]
    let stride = limit &+ S.tag
    var at = 0
    while unsent.offset < unsent.payload.count, train.datagrams < trainLimit,
      at &+ stride <= Train.maximumBytes
    {
      let datagram = train.wire.slice(at, stride)
      sealer.begin(datagram)
      var size = writeBlock(datagram, &unsent)
      if size == 0 { size = writeCopy(datagram, &unsent) } else { train.compressed &+= 1 }
      train.datagrams &+= 1
      let isLast =
        unsent.offset == unsent.payload.count || train.datagrams == trainLimit
        || at &+ stride &+ stride > Train.maximumBytes
      if !isLast {  // All but the last are of one size: the rest is a pad record.
        datagram.zero(size, limit &- size)
        size = limit
      }
      sealer.seal(
        datagram.slice(DatagramHeader.size, size &- DatagramHeader.size),
        into: datagram.slice(0, size &+ S.tag))
      at &+= size &+ S.tag
    }
    train.segment = stride
    train.gather.append(train.wire.slice(0, at))
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
    record.copy(
      unsent.payload.slice(unsent.offset, length), to: Record.sliceHeader &+ unsent.headers.count)
    unsent.offset &+= length
    return DatagramHeader.size &+ Record.sliceHeader &+ unsent.headers.count &+ length
  }

  /// Writes what precedes a plain slice of `length` bytes in its datagram.
  private mutating func writeHead(
    _ head: Bytes, _ unsent: Unsent, _ length: Int, copyingHeaders: Bool
  ) {
    sealer.begin(head)
    let record = head.dropFirst(DatagramHeader.size)
    writeSliceHeader(record, Record.Kind.slice, unsent, copyingHeaders: copyingHeaders)
    record.put(le16: length, 10)
  }

  /// Writes a slice's header but for its lengths, and the inner headers of a plain one.
  private mutating func writeSliceHeader(
    _ record: Bytes, _ kind: UInt8, _ unsent: Unsent, copyingHeaders: Bool = true
  ) {
    record[0] = kind
    record[1] = Record.partialChecksum
    record[2] = UInt8(truncatingIfNeeded: unsent.headers.count)
    record[3] = 0
    record.put(le16: unsent.payload.count, 4)
    record.put(le16: unsent.offset, 6)
    record.put(le16: unsent.gsoSize, 8)
    guard kind == Record.Kind.slice, copyingHeaders else { return }
    record.copyShort(unsent.headers, to: Record.sliceHeader)
  }
}
