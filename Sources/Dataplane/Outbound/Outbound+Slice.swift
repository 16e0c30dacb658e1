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
      counters.add(.packetsOut)
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
      sendCompressed(packet, headers, gsoSize: virtio.gsoSize, step: step, &engine)
      return
    }
    coalesce(packet, headers, gsoSize: virtio.gsoSize, step: step, frame: frame, &engine)
  }

  /// Sends all super-packets that are open.
  mutating func trainSuperPackets<E: Engine & ~Copyable>(_ engine: inout E) {
    while let place = openPlaces.first { trainSuperPacket(place, &engine) }
  }

  /// Puts the super-packet that is open at `place`, if there is one, on the open train where datagrams there
  /// are as long as its own, and on further ones. Those that are full are sent.
  mutating func trainSuperPacket<E: Engine & ~Copyable>(_ place: Int, _ engine: inout E) {
    guard openPlaces.contains(place) else { return }
    openPlaces.remove(place)
    if isOpen { closeDatagram(full: false, &engine) }
    let stride = sliceStride(
      memory.superPackets[place].headers, step: memory.superPackets[place].step)
    if slot >= 0, memory.trains[slot].segment != stride { sendTrain(&engine) }
    while memory.superPackets[place].sent < memory.superPackets[place].total {
      guard sealer.isReady, openTrain(&engine) else {
        let left = memory.superPackets[place].segmentsLeft
        counters.add(sealer.isReady ? .dropSendError : .dropNoSession, left)
        break
      }
      if fill(place, stride, engine.outputs.trainLimit) { sendTrain(&engine) }
    }
    var run = 0
    while run < memory.superPackets[place].runCount {
      engine.release(frame: memory.superPackets[place][run].frame)
      run &+= 1
    }
    memory.superPackets[place].reset()
  }

  /// Bytes of a full slice's datagram.
  func sliceStride(_ headers: InnerHeaders, step: Int) -> Int {
    DatagramHeader.size &+ Record.sliceHeader &+ headers.length &+ step &+ S.tag
  }

  /// Fills the open train with slices: one pass takes each out of its frame into the train. Its head is
  /// written right before its payload, over what has been taken already, so that it is one run.
  ///
  /// - Returns: whether nothing more can go onto the train.
  private mutating func fill(_ place: Int, _ stride: Int, _ trainLimit: Int) -> Bool {
    var train = memory.trains[slot]
    var superPacket = memory.superPackets[place]
    let headers = superPacket.headerBytes
    let headSize = Record.sliceHeader &+ headers.count
    let datagrams = min(trainLimit, Train.maximumBytes / stride)
    repeat {
      var run = superPacket[superPacket.nextRun]
      let frame = memory.frames[run.frame].dropFirst(LaneMemory.firstRecord)
      repeat {
        let length = min(superPacket.step, run.count)
        let records = frame.slice(run.offset, headSize &+ length)
        superPacket.writeSliceHeader(records, Record.Kind.slice)
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
      superPacket[superPacket.nextRun] = run
      if run.count == 0 { superPacket.nextRun &+= 1 }
    } while superPacket.sent < superPacket.total && train.datagrams < datagrams
    memory.superPackets[place] = superPacket
    train.segment = stride
    memory.trains[slot] = train
    used = train.length
    // A datagram that is shorter than the others is the last one.
    return train.datagrams >= datagrams || used != train.datagrams &* stride
      || used &+ limit &+ S.tag > Train.wireSize
  }
}
