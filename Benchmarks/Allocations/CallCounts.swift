/// Calls of one process that allocate, free, retain or release, on its lanes' threads: what
/// `libCountAllocations` leaves in a file, in its order.
struct CallCounts: Sendable, CustomStringConvertible {
  static let byteCount = 6 * MemoryLayout<UInt64>.stride

  /// Threads whose name begins with "lane" that made a call so far.
  let threads: Int
  let allocations: Int
  let frees: Int
  let retains: Int
  let releases: Int
  /// Calls of all four kinds on other threads.
  let elsewhere: Int

  init(bytes: UnsafeRawBufferPointer) {
    func field(_ index: Int) -> Int {
      Int(bytes.load(fromByteOffset: index * MemoryLayout<UInt64>.stride, as: UInt64.self))
    }
    threads = field(0)
    allocations = field(1)
    frees = field(2)
    retains = field(3)
    releases = field(4)
    elsewhere = field(5)
  }

  /// All calls on lanes' threads.
  var total: Int { allocations + frees + retains + releases }

  /// Whether each kind was called at least so often.
  func eachIsAtLeast(_ count: Int) -> Bool {
    [allocations, frees, retains, releases].allSatisfy { $0 >= count }
  }

  var description: String {
    """
    \(threads) lane threads with \(allocations) allocations, \(frees) frees, \(retains) retains, \
    \(releases) releases; \(elsewhere) calls on other threads
    """
  }
}
