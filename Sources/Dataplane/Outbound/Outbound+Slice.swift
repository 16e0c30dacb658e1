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
    if compressor.isOn, compressor.accepts(payload, flow: Flow.hash(packet, headers)) {
      endTrain(&engine)  // Earlier packets go first.
      openSuperPacket(packet, headers, gsoSize: virtio.gsoSize, step: step)
      sendCompressed(payload, &engine)
      return
    }
    if !continues(packet, headers, gsoSize: virtio.gsoSize) {
      endDatagram(&engine)  // Earlier packets go first.
      openSuperPacket(packet, headers, gsoSize: virtio.gsoSize, step: step)
      allowContinuation(engine.outputs.trainLimit)
    }
    add(packet, headers, frame: frame, &engine)
  }

  /// Puts the open super-packet, if there is one, on the open train where datagrams there are as long as its
  /// own, and on further ones. Those that are full are sent.
  mutating func trainSuperPacket<E: Engine & ~Copyable>(_ engine: inout E) {
    guard superPacket.runs > 0 else { return }
    superPacket.sent = 0
    superPacket.nextRun = 0
    if slot >= 0, memory.trains[slot].segment != sliceStride { sendTrain(&engine) }
    while superPacket.sent < superPacket.total {
      guard sealer.isReady, openTrain(&engine) else {
        drop(sealer.isReady ? .dropSendError : .dropNoSession)
        break
      }
      if fill(engine.outputs.trainLimit) { sendTrain(&engine) }
    }
    var run = 0
    while run < superPacket.runs {
      engine.release(frame: memory.runs[run].frame)
      run &+= 1
    }
    superPacket.runs = 0
    superPacket.total = 0
  }

  /// Counts what is left of the open super-packet as dropped.
  mutating func drop(_ counter: Counter) {
    let left = superPacket.total &- superPacket.sent
    counters.add(counter, (left &+ superPacket.gsoSize &- 1) / superPacket.gsoSize)
  }

  /// Bytes of a full slice's datagram.
  var sliceStride: Int {
    DatagramHeader.size &+ Record.sliceHeader &+ superPacket.headers.length &+ superPacket.step
      &+ S.tag
  }

  /// Fills the open train with slices: one pass takes each out of its frame into the train. Its head is
  /// written right before its payload, over what has been taken already, so that it is one run.
  ///
  /// - Returns: whether nothing more can go onto the train.
  private mutating func fill(_ trainLimit: Int) -> Bool {
    var train = memory.trains[slot]
    let headers = memory.innerHeaders.slice(0, superPacket.headers.length)
    let headSize = Record.sliceHeader &+ headers.count
    let stride = sliceStride
    let datagrams = min(trainLimit, Train.maximumBytes / stride)
    repeat {
      var run = memory.runs[superPacket.nextRun]
      let frame = memory.frames[run.frame].dropFirst(LaneMemory.firstRecord)
      repeat {
        let length = min(superPacket.step, run.count)
        let records = frame.slice(run.offset, headSize &+ length)
        writeSliceHeader(records, Record.Kind.slice)
        records.put(le16: length, 10)
        records.copyShort(headers, to: Record.sliceHeader)
        let datagram = train.wire.slice(
          train.length, DatagramHeader.size &+ records.count &+ S.tag)
        sealer.begin(datagram)
        sealer.seal(records, into: datagram)
        train.datagrams &+= 1
        train.length &+= datagram.count
        run.offset &+= length
        run.count &-= length
        superPacket.sent &+= length
      } while run.count > 0 && train.datagrams < datagrams
      memory.runs[superPacket.nextRun] = run
      if run.count == 0 { superPacket.nextRun &+= 1 }
    } while superPacket.sent < superPacket.total && train.datagrams < datagrams
    train.segment = stride
    memory.trains[slot] = train
    used = train.length
    // A datagram that is shorter than the others is the last one.
    return train.datagrams == datagrams || used != train.datagrams &* stride
      || used &+ limit &+ S.tag > Train.wireSize
  }

  /// Writes a slice's header but for its lengths.
  mutating func writeSliceHeader(_ record: Bytes, _ kind: UInt8) {
    record[0] = kind
    record[1] = Record.partialChecksum
    record[2] = UInt8(truncatingIfNeeded: superPacket.headers.length)
    record[3] = 0
    record.put(le16: superPacket.total, 4)
    record.put(le16: superPacket.sent, 6)
    record.put(le16: superPacket.gsoSize, 8)
  }
}
