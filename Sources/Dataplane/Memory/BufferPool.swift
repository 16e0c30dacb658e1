/// Equal buffers with a reference count each.
///
/// A handle: copies share the same buffers, whose state lives in the slab. Which of them are free is on an
/// ``IndexStack`` beside it.
@safe
struct BufferPool {
  let count: Int
  let stride: Int
  private let buffers: Bytes
  private let references: UnsafeMutablePointer<UInt16>

  /// Slab bytes that a pool of `count` buffers of `stride` bytes takes.
  static func footprint(count: Int, stride: Int) -> Int { count * stride + 4096 + count * 2 + 128 }

  init(count: Int, stride: Int, from slab: inout Slab) {
    precondition(count > 0 && count < 1 << 15 && stride % 64 == 0)
    self.count = count
    self.stride = stride
    buffers = slab.carve(count * stride, alignment: 4096)
    // SAFETY: a column of the slab, sized for `count` entries, zeroed, used by this pool alone.
    unsafe references = slab.carve(count * 2).base.assumingMemoryBound(to: UInt16.self)
  }

  /// The whole buffer.
  subscript(index: Int) -> Bytes { buffers.slice(index &* stride, stride) }

  /// The first holder of a buffer that was free.
  func hold(_ index: Int) {
    assert(index < count)
    assert(unsafe references[index] == 0, "a free buffer had a holder")
    unsafe references[index] = 1
  }

  /// One more holder.
  func retain(_ index: Int) {
    assert(index < count)
    assert(unsafe references[index] > 0)
    unsafe references[index] &+= 1
  }

  /// One holder less; true when that was the last, and the buffer is free.
  func release(_ index: Int) -> Bool {
    assert(index < count)
    assert(unsafe references[index] > 0, "a buffer was released twice")
    unsafe references[index] &-= 1
    return unsafe references[index] == 0
  }
}
