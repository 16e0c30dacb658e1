internal import CFastun

// Packing: several small packets to a datagram.
extension Outbound {
  /// Puts a packet into the open datagram, or into the next where it is full.
  mutating func pack<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, _ virtio: VirtioHeader, _ engine: inout E
  ) {
    guard let flags = checksumFlags(packet, headers, virtio) else {
      counters.add(.dropDeviceMalformed)
      return
    }
    guard DatagramHeader.size + Record.packetHeader + packet.count <= limit else {
      counters.add(.dropTooLong)
      return
    }
    endFlow(of: packet, headers, &engine)
    if compressor.isOn, packCompressed(packet, headers, flags: flags, &engine) { return }

    let size = Record.packetHeader &+ packet.count
    guard openDatagram(room: size, &engine) else {
      counters.add(.dropSendError)
      return
    }
    let record = memory.trains[slot].wire.slice(used, size)
    record[0] = Record.Kind.packet
    record[1] = flags
    record.put(le16: packet.count, 2)
    record.copy(packet, to: Record.packetHeader)
    used &+= size
  }

  /// The record's flags: a checksum that the kernel left partial stays partial where the peer can find
  /// it, and is completed here where it cannot. Nil where the virtio header lies.
  private mutating func checksumFlags(
    _ packet: Bytes, _ headers: InnerHeaders, _ virtio: VirtioHeader
  ) -> UInt8? {
    guard virtio.needsChecksum else { return 0 }
    if headers.transportLength > 0, virtio.checksumStart == headers.networkLength,
      virtio.checksumOffset == headers.checksumOffset
    {
      return Record.partialChecksum
    }
    let completed = Checksum.complete(
      packet, start: virtio.checksumStart, offset: virtio.checksumOffset,
      isUDP: virtio.checksumOffset == 6)
    return completed ? 0 : nil
  }

  /// Packs the packet as one LZ4 block; false where that is not tried or does not pay.
  @inline(never)
  private mutating func packCompressed<E: Engine & ~Copyable>(
    _ packet: Bytes, _ headers: InnerHeaders, flags: UInt8, _ engine: inout E
  ) -> Bool {
    let longest = packet.count &- packet.count / 10
    let block = memory.probe.slice(0, min(longest, memory.probe.count))
    let written = compressor.compressPacket(
      packet, into: block, flow: Flow.hash(packet, headers))
    guard written > 0 else { return false }
    let size = Record.packetLZ4Header &+ written
    guard openDatagram(room: size, &engine) else { return false }
    let record = memory.trains[slot].wire.slice(used, size)
    record[0] = Record.Kind.packetLZ4
    record[1] = flags
    record.put(le16: written, 2)
    record.put(le16: packet.count, 4)
    record.copy(block.slice(0, written), to: Record.packetLZ4Header)
    used &+= size
    isCompressed = true
    return true
  }
}
