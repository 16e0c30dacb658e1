import Foundation
import Testbed

/// What a process holds, and must not hold more and more of.
struct Vitals: CustomStringConvertible {
  /// Resident memory but for the lanes' buffers, which are touched bit by bit as they are needed.
  let residentBytes: Int
  let threads: Int
  let files: Int

  /// Throws where the process is gone.
  init(of process: ChildProcess) throws {
    guard process.isRunning, let maps = readProcFile("/proc/\(process.pid)/smaps") else {
      throw TestbedError("a tunnel has ended; its stderr: \(process.errorText)")
    }
    residentBytes = Self.resident(smaps: maps)
    threads = try process.threads().count
    files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd").count
  }

  /// Room for pages that a process touches late: of code, of tables of handshakes, of a log line of a kind that
  /// was not needed before.
  private static let room = 1 << 20
  /// Mappings without a name that are larger are a lane's buffers.
  private static let buffersFrom = 10_000 << 10

  /// The sum of all "Rss" of the text of /proc/PID/smaps, but for buffers.
  private static func resident(smaps: String) -> Int {
    var (sum, size, isNamed) = (0, 0, false)
    for line in smaps.split(separator: "\n") {
      let words = line.split(separator: " ")
      switch words[0] {
      case "Size:": size = (Int(words[1]) ?? 0) << 10
      case "Rss:": if isNamed || size < buffersFrom { sum += (Int(words[1]) ?? 0) << 10 }
      // "7fe2389ac000-7fe2393ff000 rw-p 00000000 00:00 0", and a file's name behind it.
      case let range where range.contains("-"): isNamed = words.count > 5
      default: break
      }
    }
    return sum
  }

  func hasGrown(since earlier: Vitals) -> Bool {
    threads != earlier.threads || files != earlier.files
      || residentBytes > earlier.residentBytes + Self.room
  }

  var description: String {
    String(
      format: "%.1f MiB, %d threads, %d files", Double(residentBytes) / 1_048_576, threads, files)
  }
}
