import Glibc

/// One write to the device on its way to the kernel: virtio header, inner headers and payload runs.
@safe
struct DeviceWrite {
  /// Room for the virtio header and the inner headers that this side writes.
  static let headSize = 10 + 256
  /// Receive or scratch buffers that one write may gather from.
  static let maximumBuffers = 8

  /// The virtio header, then inner headers where they are not written straight from the buffer.
  let head: Bytes
  var gather: GatherList
  /// Inner packets that the write stands for.
  var packets = 0
  /// Buffers it reads from, each held once until the write is done.
  private let buffers: UnsafeMutablePointer<UInt16>
  private(set) var bufferCount = 0

  static let footprint =
    headSize + GatherList.footprint + maximumBuffers * 2 + MemoryLayout<DeviceWrite>.stride + 4 * 64

  init(from slab: inout Slab) {
    head = slab.carve(DeviceWrite.headSize)
    gather = GatherList(slab.carve(GatherList.footprint))
    // SAFETY: a column of the slab with `maximumBuffers` entries.
    unsafe buffers = slab.carve(DeviceWrite.maximumBuffers * 2).base
      .assumingMemoryBound(to: UInt16.self)
  }

  mutating func reset() {
    gather.removeAll()
    packets = 0
    bufferCount = 0
  }

  /// Whether a run from `buffer` may be added: it is held already, or there is room to hold it.
  func canHold(_ buffer: Int) -> Bool {
    bufferCount < DeviceWrite.maximumBuffers || holds(buffer)
  }

  /// Whether the newest buffer is this one (runs come in the order of buffers).
  func holds(_ buffer: Int) -> Bool {
    // SAFETY: entries below bufferCount were written.
    bufferCount > 0 && (unsafe Int(buffers[bufferCount &- 1]) == buffer)
  }

  /// Notes that the write reads from `buffer`, which the caller has retained.
  mutating func hold(_ buffer: Int) {
    assert(bufferCount < DeviceWrite.maximumBuffers)
    unsafe buffers[bufferCount] = UInt16(truncatingIfNeeded: buffer)
    bufferCount &+= 1
  }

  /// The held buffer at `index`.
  func buffer(_ index: Int) -> Int { unsafe Int(buffers[index]) }
}
