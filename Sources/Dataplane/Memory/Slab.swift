import Glibc

/// One anonymous mapping that holds every buffer of a lane.
///
/// Carved up once at start and never resized; pages cost memory only once touched. Owned by the lane's
/// thread, unmapped when that has ended.
@safe
struct Slab: ~Copyable {
  private let base: UnsafeMutableRawPointer
  let size: Int
  private var used = 0

  init(size: Int) throws(SystemError) {
    let pageMask = 4095
    self.size = (size + pageMask) & ~pageMask
    // SAFETY: a fresh mapping that nothing else points into.
    let mapping = unsafe mmap(
      nil, self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
      throw .last("mmap of \(self.size) bytes for a lane's buffers")
    }
    unsafe base = mapping
  }

  deinit {
    // SAFETY: the lane's engine is gone, so the kernel holds no buffer of it any more.
    unsafe munmap(base, size)
  }

  /// The bytes that a part of a carved run takes where the next part is to start on a cache line.
  static func rounded(_ count: Int) -> Int { (count + 63) & ~63 }

  /// The next `count` bytes, zeroed, aligned to `alignment` (a power of two).
  mutating func carve(_ count: Int, alignment: Int = 64) -> Bytes {
    let start = (used + alignment - 1) & ~(alignment - 1)
    precondition(start + count <= size, "the lane's budget is smaller than what it carves")
    used = start + count
    // SAFETY: [start, start + count) is inside the mapping and handed out once.
    return unsafe Bytes(base + start, count: count)
  }
}
