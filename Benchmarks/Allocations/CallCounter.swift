import CFastun
import Glibc
import Testbed

/// Has a process count its own calls that allocate, free, retain or release, and reads the counts
/// while it runs.
final class CallCounter: Sendable {
  /// A file without a name, which the process maps.
  private let file: Int32

  init() throws {
    file = ft_memory_file("calls")
    guard file >= 0, ftruncate(file, off_t(CallCounts.byteCount)) == 0 else {
      throw TestbedError("no memory file to be had: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(file) }

  /// What the process is to have in its environment. It must be able to reach this one in /proc.
  func environment() throws -> [String: String] {
    let library = try Self.library()
    return [
      "LD_PRELOAD": library,
      "COUNT_ALLOCATIONS_INTO": "/proc/\(getpid())/fd/\(file)",
    ]
  }

  /// The counts as they stand.
  func read() throws -> CallCounts {
    try withUnsafeTemporaryAllocation(
      byteCount: CallCounts.byteCount, alignment: MemoryLayout<UInt64>.alignment
    ) { buffer in
      guard pread(file, buffer.baseAddress, buffer.count, 0) == buffer.count else {
        throw TestbedError("counts cannot be read: \(String(cString: strerror(errno)))")
      }
      return CallCounts(bytes: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The library beside this program.
  private static func library() throws -> String {
    guard let program = realpath("/proc/self/exe", nil) else {
      throw TestbedError("this program's path is unknown")
    }
    defer { free(program) }
    let folder = String(cString: program).split(separator: "/").dropLast().joined(separator: "/")
    let path = "/\(folder)/libCountAllocations.so"
    // The loader only warns of what it cannot preload.
    guard access(path, R_OK) == 0 else {
      throw TestbedError("\(path) is missing: swift build -c release --product CountAllocations")
    }
    return path
  }
}
