internal import CFastun
internal import CLiburing

/// A ring of provided buffers: those that the kernel may pick for reads and receives.
@safe
struct BufferRing {
  // SAFETY: page-aligned slab memory, registered with the ring and shared with the kernel, which reads
  // entries up to the tail that `give` publishes; it is unmapped after the ring has ended.
  private let ring: UnsafeMutablePointer<io_uring_buf_ring>
  private let pool: BufferPool
  private let mask: Int32
  /// Buffers that the kernel may still pick.
  private(set) var available = 0

  init(_ memory: Bytes, pool: BufferPool) {
    unsafe ring = memory.base.assumingMemoryBound(to: io_uring_buf_ring.self)
    self.pool = pool
    mask = Int32(memory.count / 16 - 1)
    unsafe io_uring_buf_ring_init(ring)
  }

  /// Lets the kernel pick a buffer, the whole of it.
  mutating func give(_ index: Int) {
    let buffer = pool[index]
    unsafe io_uring_buf_ring_add(
      ring, buffer.base, UInt32(buffer.count), UInt16(truncatingIfNeeded: index), mask, 0)
    unsafe io_uring_buf_ring_advance(ring, 1)
    available &+= 1
  }

  /// The kernel has picked a buffer, which now has its first holder.
  mutating func took(_ index: Int) {
    available &-= 1
    pool.hold(index)
  }
}
