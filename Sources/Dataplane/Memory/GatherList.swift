internal import CFastun
import Glibc

/// The iovec list of one write: where its bytes lie, in order.
///
/// A handle to a column of the slab; adjacent runs become one entry.
@safe
struct GatherList {
  /// Entries that one list holds: UDP_MAX_SEGMENTS (linux/udp.h), and room for what precedes them.
  static let capacity = 144
  static let footprint = unsafe capacity * MemoryLayout<iovec>.stride

  // SAFETY: `capacity` entries of the slab, used by one slot alone. The kernel reads them during the call
  // that they are for; what they point to is held until then.
  let entries: UnsafeMutablePointer<iovec>
  private(set) var count = 0
  /// Bytes of all entries.
  private(set) var total = 0

  init(_ memory: Bytes) {
    precondition(memory.count >= Self.footprint)
    unsafe entries = memory.base.assumingMemoryBound(to: iovec.self)
  }

  /// The address after the last run; nil where there is none.
  var end: UnsafeMutableRawPointer? {
    guard count > 0 else { return nil }
    // SAFETY: entry count-1 was written by `append`.
    return unsafe entries[count &- 1].iov_base.unsafelyUnwrapped + entries[count &- 1].iov_len
  }

  /// Whether `more` entries still fit.
  func hasRoom(_ more: Int) -> Bool { count &+ more <= Self.capacity }

  /// Appends a run; joins it to the last entry where it follows that in memory.
  mutating func append(_ bytes: Bytes) {
    total &+= bytes.count
    if unsafe end == bytes.base {
      // SAFETY: where there is an end, there is an entry.
      unsafe entries[count &- 1].iov_len &+= bytes.count
      return
    }
    assert(hasRoom(1))
    // SAFETY: count is below the capacity, as every caller has made sure by `hasRoom`.
    unsafe entries[count] = iovec(iov_base: bytes.base, iov_len: bytes.count)
    count &+= 1
  }

  mutating func removeAll() {
    count = 0
    total = 0
  }
}
