// Compressing: a super-packet becomes a train whose datagrams each hold an LZ4 block.
extension Outbound {
  /// Sends a packet's payload as LZ4 blocks. Nothing else is open, so any place will do.
  @inline(never)
  mutating func sendCompressed<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, gsoSize: Int, step: Int, _ engine: inout E
  ) {
    let payload = packet.dropFirst(headers.length)
    let superPackets = memory.superPackets
    superPackets[0].open(packet, headers, gsoSize: gsoSize, step: step)
    superPackets[0].total = payload.count
    while superPackets[0].sent < payload.count {
      guard openTrain(&engine) else {
        counters.add(.dropSendError, superPackets[0].segmentsLeft)
        return
      }
      fillCompressed(&superPackets[0], payload, engine.outputs.trainLimit)
      sendTrain(&engine)
    }
  }

  /// Fills the open train with LZ4 blocks, each as much of the payload as one datagram holds.
  private mutating func fillCompressed(
    _ superPacket: inout OpenSuperPacket, _ payload: Bytes, _ trainLimit: Int
  ) {
    var train = memory.trains[slot]
    let stride = limit &+ S.tag
    while superPacket.sent < superPacket.total, train.datagrams < trainLimit,
      train.length &+ stride <= Train.maximumBytes
    {
      let datagram = train.wire.slice(train.length, stride)
      sealer.begin(datagram)
      var size = writeBlock(&superPacket, datagram, payload)
      if size == 0 {
        size = writeCopy(&superPacket, datagram, payload)
      } else {
        train.compressed &+= 1
      }
      train.datagrams &+= 1
      let isLast =
        superPacket.sent == superPacket.total || train.datagrams == trainLimit
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
  private mutating func writeBlock(
    _ superPacket: inout OpenSuperPacket, _ datagram: Bytes, _ payload: Bytes
  ) -> Int {
    let headers = superPacket.headerBytes
    let headSize = DatagramHeader.size &+ Record.sliceLZ4Header &+ headers.count
    let target = datagram.slice(headSize, limit &- headSize)
    let rest = payload.dropFirst(superPacket.sent)
    var (taken, written) = compressor.fill(target, from: rest)
    if superPacket.headers.isUDP, taken < rest.count, written > 0 {
      // A UDP segment is not to be cut: whole ones only, compressed once more.
      taken = taken / superPacket.gsoSize &* superPacket.gsoSize
      written = taken > 0 ? compressor.compress(rest.slice(0, taken), into: target) : 0
    }
    guard written > 0, taken > min(superPacket.step, rest.count &- 1) else { return 0 }
    let record = datagram.dropFirst(DatagramHeader.size)
    superPacket.writeSliceHeader(record, Record.Kind.sliceLZ4)
    record.put(le16: written, 10)
    record.put(le16: taken, 12)
    record.copy(headers, to: Record.sliceLZ4Header)
    superPacket.sent &+= taken
    return headSize &+ written
  }

  /// Writes one plain slice, copied, into a train of blocks.
  private mutating func writeCopy(
    _ superPacket: inout OpenSuperPacket, _ datagram: Bytes, _ payload: Bytes
  ) -> Int {
    let headers = superPacket.headerBytes
    let record = datagram.dropFirst(DatagramHeader.size)
    let length = min(superPacket.step, payload.count &- superPacket.sent)
    superPacket.writeSliceHeader(record, Record.Kind.slice)
    record.put(le16: length, 10)
    record.copyShort(headers, to: Record.sliceHeader)
    record.copy(
      payload.slice(superPacket.sent, length), to: Record.sliceHeader &+ headers.count)
    superPacket.sent &+= length
    return DatagramHeader.size &+ Record.sliceHeader &+ headers.count &+ length
  }
}
