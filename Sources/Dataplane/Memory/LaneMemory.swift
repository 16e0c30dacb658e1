internal import CFastun
internal import CLZ4

/// All memory of a lane, by purpose: handles into one slab.
struct LaneMemory {
  /// What the device gave: a virtio header and up to 64 KiB of packet; see ``frameRoom(_:)``.
  let frames: BufferPool
  let freeFrames: IndexStack
  /// What the peer sent (or a train of it), and what is opened and decompressed from it: see ``scratchStart``.
  let buffers: BufferPool
  /// Message headers of receives, one for each buffer below ``scratchStart``.
  let receives: SlotPool<Receive>
  let freeReceives: IndexStack
  let freeScratch: IndexStack
  let trains: SlotPool<Train>
  let writes: SlotPool<DeviceWrite>
  let openWrites: SlotPool<OpenWrite>
  /// Trains that wait for room in the socket's send buffer, in order.
  let waiting: IndexQueue
  /// What the sealer remembers: sessions, keys, replay windows.
  let sealing: Bytes
  /// What is open of flows that the device gave super-packets of: ``Outbound`` finds a flow's by its hash.
  let superPackets: SlotPool<OpenSuperPacket>
  /// What a slice's head covers while it is read: the end of the payload before it.
  let aside: Bytes
  let flows: Bytes
  let probe: Bytes
  let lz4: Bytes
  /// What a read of the lane's eventfd gives.
  let wakeValue: Bytes

  // Why these counts: free ones are stacks, so only as many are touched as are held at once, and the rest
  // costs address space, not memory. A turn of small packets takes 32 at a time.
  static let frameCount = 40
  /// Buffers that receives may fill; those from this index on are scratch to open and decompress into.
  static let scratchStart = 40
  static let scratchCount = 16
  static let trainCount = 48
  /// More than frames, so that flows seldom share one: as many as ``PlaceSet`` has places.
  static let superPacketBits = 6
  static let superPacketCount = 1 << superPacketBits
  /// Where UDP flows have an open write: a power of two.
  static let flowBits = 5
  /// One for slices, and those for flows.
  static let openWriteCount = 1 + 1 << flowBits
  /// Those that are open, and one that is written at once.
  static let writeCount = openWriteCount + 1
  /// The longest packet with what stands before it, or the longest train.
  static let bufferSize = 73_728

  static let sealingSize = max(SessionSealer.footprint, ClearSealer.footprint)

  /// The budget: each term is a pool, in bytes.
  static let budget: [(what: String, bytes: Int)] = [
    (
      "\(frameCount) frames from the device",
      BufferPool.footprint(count: frameCount, stride: bufferSize)
    ),
    (
      "\(scratchStart) receive and \(scratchCount) scratch buffers",
      BufferPool.footprint(count: scratchStart + scratchCount, stride: bufferSize)
        + SlotPool<Receive>.footprint(count: scratchStart) + scratchStart * Receive.footprint
    ),
    (
      "\(trainCount) trains",
      SlotPool<Train>.footprint(count: trainCount) + trainCount * Train.footprint
    ),
    (
      "\(writeCount) device writes",
      SlotPool<DeviceWrite>.footprint(count: writeCount) + writeCount * DeviceWrite.footprint
    ),
    ("\(openWriteCount) of them open", SlotPool<OpenWrite>.footprint(count: openWriteCount)),
    (
      "\(superPacketCount) super-packets that are open",
      SlotPool<OpenSuperPacket>.footprint(count: superPacketCount)
        + superPacketCount * OpenSuperPacket.footprint
    ),
    ("sessions and their keys", sealingSize),
    ("flow table, LZ4 state and more", 168 * 1024),
  ]

  static var budgetBytes: Int { budget.reduce(0) { $0 + $1.bytes } }

  init(from slab: inout Slab) {
    frames = BufferPool(count: Self.frameCount, stride: Self.bufferSize, from: &slab)
    let buffers = BufferPool(
      count: Self.scratchStart + Self.scratchCount, stride: Self.bufferSize, from: &slab)
    self.buffers = buffers
    var buffer = 0
    receives = SlotPool(count: Self.scratchStart, from: &slab) { slab in
      defer { buffer += 1 }
      return Receive(buffers[buffer], from: &slab)
    }
    freeFrames = IndexStack(0..<Self.frameCount, from: &slab)
    freeReceives = IndexStack(0..<Self.scratchStart, from: &slab)
    freeScratch = IndexStack(
      Self.scratchStart..<(Self.scratchStart + Self.scratchCount), from: &slab)
    trains = SlotPool(count: Self.trainCount, from: &slab) { Train(from: &$0) }
    writes = SlotPool(count: Self.writeCount, from: &slab) { DeviceWrite(from: &$0) }
    openWrites = SlotPool(count: Self.openWriteCount, from: &slab) { _ in OpenWrite() }
    waiting = IndexQueue(capacity: Self.trainCount, from: &slab)
    sealing = slab.carve(Self.sealingSize)
    superPackets = SlotPool(count: Self.superPacketCount, from: &slab) {
      OpenSuperPacket(from: &$0)
    }
    aside = slab.carve(Record.sliceHeader + 256)
    flows = slab.carve(FlowTable.footprint)
    probe = slab.carve(65_536)
    lz4 = unsafe slab.carve(MemoryLayout<LZ4_stream_t>.size)
    wakeValue = slab.carve(8)
  }

  /// Where in a frame the first slice's record starts: on a cache line.
  static let firstRecord = 64

  /// What a read of the device fills, and what was read stands in: so much of a frame that a packet's first
  /// slice finds room for its record's header before it.
  func frameRoom(_ frame: Int) -> Bytes {
    frames[frame].dropFirst(Self.firstRecord + Record.sliceHeader - VirtioHeader.size)
  }
}
