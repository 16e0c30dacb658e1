import Glibc

@testable import Dataplane

/// Memory that is followed by a page which nobody may touch, and preceded by bytes that must stay as they are.
final class GuardedMemory {
  private static let size = 20 * 4096
  private static let fence = 64
  private static let mark: UInt8 = 0x5c

  private let base: UnsafeMutableRawPointer
  private var used = 0

  init() {
    guard
      let mapping = mmap(
        nil, Self.size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      mapping != MAP_FAILED, mprotect(mapping + Self.size, 4096, PROT_NONE) == 0
    else { preconditionFailure("no memory") }
    base = mapping
  }

  deinit { munmap(base, Self.size + 4096) }

  /// A copy that ends where the readable memory does, valid until the next call.
  func place(_ bytes: [UInt8]) -> Bytes {
    precondition(bytes.count + Self.fence <= Self.size)
    used = bytes.count
    let start = base + Self.size - used
    memset(start - Self.fence, Int32(Self.mark), Self.fence)
    bytes.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: start, count: used).copyMemory(from: $0)
    }
    return Bytes(start, count: used)
  }

  /// Whether the bytes before the copy are as they were.
  var isIntact: Bool {
    let start = base + Self.size - used - Self.fence
    return used == 0
      || UnsafeRawBufferPointer(start: start, count: Self.fence).allSatisfy { $0 == Self.mark }
  }
}
