internal import CFastun
import Glibc

// Outbound: device → slice or pack → [LZ4] → [seal] → train → peer.
//
// Theory of operation. `take` gets one frame: a virtio header and a packet, or a super-packet that
// stands for many. A super-packet, together with those that continue it (Outbound+Coalesce.swift), goes onto
// the open train, or begins one: each datagram carries the inner headers and a run of the payload
// (Outbound+Slice.swift), or an LZ4 block of it (Outbound+Compress.swift). A packet is copied into the open
// datagram of the open train (Outbound+Pack.swift). Either way a train is one run of memory. `flush` ends
// the turn by sending what is open, so batching comes from load and never from a timer. Order is kept: a
// packet never overtakes an earlier one of its flow.

/// A lane's way from the device to the peer.
struct Outbound<S: Sealer> {
  let memory: LaneMemory
  let counters: Counters
  /// Bytes of a datagram that header and records may fill; the sealer's tag comes on top.
  let limit: Int
  var compressor: Compressor
  let sealer: S

  /// The open train's slot; -1 for none.
  var slot = -1
  /// In the open train's wire bytes: where the open datagram starts, and where the next byte goes.
  var datagramStart = 0
  var used = 0
  /// A datagram is open: it has a header and takes records.
  var isOpen = false
  /// The open datagram holds an LZ4 block.
  var isCompressed = false
  /// Where in ``LaneMemory/superPackets`` one waits for more of its stream.
  var openPlaces = PlaceSet()
  /// The governor has had its sample of this turn.
  private var isSampled = false

  init(_ plan: Plan, memory: LaneMemory, counters: Counters, sealer: S) {
    self.memory = memory
    self.counters = counters
    self.sealer = sealer
    limit = plan.datagramLimit
    compressor = Compressor(plan.compression, memory: memory)
  }

  /// Sends one frame's packet on its way. The caller keeps its own hold of the frame.
  mutating func take<E: Engine & ~Copyable>(_ frame: Int, length: Int, _ engine: inout E) {
    counters.add(.deviceReads)
    if compressor.isAutomatic, !isSampled { sample(&engine) }
    guard length >= VirtioHeader.size + 20 else {
      counters.add(.dropDeviceMalformed)
      return
    }
    let bytes = memory.frameRoom(frame).slice(0, length)
    let virtio = VirtioHeader(bytes)
    let packet = bytes.dropFirst(VirtioHeader.size)
    guard let headers = InnerHeaders.parse(packet),
      InnerHeaders.statedLength(packet) == packet.count
    else {
      counters.add(.dropDeviceMalformed)
      return
    }
    counters.add(.bytesOut, packet.count)
    if virtio.gsoType == FT_GSO_NONE || packet.count &- headers.length <= virtio.gsoSize {
      counters.add(.packetsOut)
      guard sealer.isReady else {
        counters.add(.dropNoSession)
        return
      }
      pack(packet, headers, virtio, &engine)
    } else {
      slice(packet, headers, virtio, frame: frame, &engine)
    }
  }

  /// Ends the turn: what is open goes out.
  mutating func flush<E: Engine & ~Copyable>(_ engine: inout E) {
    endTrain(&engine)
    isSampled = false
  }

  /// Gives the governor its sample: once in a turn, before the turn has sent anything, so that what the kernel
  /// holds is older.
  @inline(never)
  private mutating func sample<E: Engine & ~Copyable>(_ engine: inout E) {
    isSampled = true
    let now = nanoseconds(of: CLOCK_MONOTONIC)
    if compressor.governor.isDue(now) {
      compressor.governor.sample(backlog: engine.outputs.backlog, now: now)
    }
  }

  /// Greets the peer: what this side is, and whether it wants to know the same.
  mutating func greet<E: Engine & ~Copyable>(
    lanes: Int, mtu: Int, wantsAnswer: Bool, _ engine: inout E
  ) {
    guard let record = controlRecord(Greeting.length, &engine) else { return }
    Greeting.write(record, lanes: lanes, mtu: mtu, wantsAnswer: wantsAnswer)
  }

  /// Shows the peer that this side lives, and holds the session's keys.
  mutating func keepAlive<E: Engine & ~Copyable>(wantsAnswer: Bool, _ engine: inout E) {
    guard let record = controlRecord(KeepAlive.length, &engine) else { return }
    KeepAlive.write(record, wantsAnswer: wantsAnswer)
  }

  /// Room for a control record with a body of `length` bytes; nil where nothing can go out.
  private mutating func controlRecord<E: Engine & ~Copyable>(
    _ length: Int, _ engine: inout E
  ) -> Bytes? {
    let size = Record.controlHeader + length
    guard sealer.isReady, openDatagram(room: size, &engine) else { return nil }
    defer { used &+= size }
    return memory.trains[slot].wire.slice(used, size)
  }

  // MARK: Datagrams and trains

  /// Makes sure that a datagram with `room` bytes left is open; false where no slot can be had.
  mutating func openDatagram<E: Engine & ~Copyable>(room: Int, _ engine: inout E) -> Bool {
    if isOpen {
      if used &- datagramStart &+ room <= limit { return true }
      closeDatagram(full: true, &engine)
    }
    guard openTrain(&engine) else { return false }
    datagramStart = used
    sealer.begin(memory.trains[slot].wire.slice(used, DatagramHeader.size))
    used &+= DatagramHeader.size
    isOpen = true
    return true
  }

  /// Makes sure that a train is open.
  mutating func openTrain<E: Engine & ~Copyable>(_ engine: inout E) -> Bool {
    if slot >= 0 { return true }
    guard let taken = engine.takeTrain() else { return false }
    slot = taken
    memory.trains[slot].reset()
    used = 0
    return true
  }

  /// Bytes that padding may add to a datagram so that it is as long as its train's others.
  private var paddingLimit: Int { 64 }

  /// Seals the open datagram and puts it on the train, or on a new one where it is longer than the train's
  /// others. `full`: another one follows at once.
  mutating func closeDatagram<E: Engine & ~Copyable>(full: Bool, _ engine: inout E) {
    isOpen = false
    let segment = memory.trains[slot].segment
    var size = used &- datagramStart &+ S.tag
    if full, size < segment, segment &- size <= paddingLimit {
      memory.trains[slot].wire.zero(used, segment &- size)  // A pad record.
      used &+= segment &- size
      size = segment
    }
    if segment > 0, size > segment {
      moveToNewTrain(size, &engine)
      guard slot >= 0 else { return }
    }
    let train = memory.trains[slot]
    let datagram = train.wire.slice(datagramStart, size)
    sealer.seal(
      datagram.slice(DatagramHeader.size, size &- DatagramHeader.size &- S.tag), into: datagram)
    used &+= S.tag
    memory.trains[slot].length = train.length &+ size
    memory.trains[slot].datagrams = train.datagrams &+ 1
    if isCompressed { memory.trains[slot].compressed = train.compressed &+ 1 }
    isCompressed = false
    if train.segment == 0 { memory.trains[slot].segment = size }
    let isFull =
      size < train.segment || train.datagrams &+ 1 >= engine.outputs.trainLimit
      || used &+ size > Train.maximumBytes || used &+ limit &+ S.tag > Train.wireSize
    if isFull { sendTrain(&engine) }
  }

  /// Sends the open train without its open datagram, which starts a new one.
  private mutating func moveToNewTrain<E: Engine & ~Copyable>(_ size: Int, _ engine: inout E) {
    let datagram = memory.trains[slot].wire.slice(datagramStart, size &- S.tag)
    guard let next = engine.takeTrain() else {
      counters.add(.dropSendError)
      isCompressed = false
      sendTrain(&engine)
      return
    }
    memory.trains[next].reset()
    memory.trains[next].wire.copy(datagram, to: 0)
    sendTrain(&engine)
    slot = next
    datagramStart = 0
    used = datagram.count
  }

  /// Sends what is open: datagram, super-packets and train.
  mutating func endTrain<E: Engine & ~Copyable>(_ engine: inout E) {
    if isOpen { closeDatagram(full: false, &engine) }
    trainSuperPackets(&engine)
    if slot >= 0 { sendTrain(&engine) }
  }

  mutating func sendTrain<E: Engine & ~Copyable>(_ engine: inout E) {
    let sending = slot
    slot = -1
    engine.send(sending)
  }
}
