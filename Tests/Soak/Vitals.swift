import Foundation
import Testbed

/// What a process holds, and must not hold more and more of.
struct Vitals: CustomStringConvertible {
  let residentBytes: Int
  let threads: Int
  let files: Int

  /// Throws where the process is gone.
  init(of process: ChildProcess) throws {
    guard process.isRunning, let usage = process.usage else {
      throw TestbedError("a tunnel has ended; its stderr: \(process.errorText)")
    }
    residentBytes = usage.residentBytes
    threads = try process.threads().count
    files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd").count
  }

  /// Room for pages that a process touches late: tables of handshakes, a log line of a kind that was not needed
  /// before.
  private static let room = 2 << 20

  func hasGrown(since earlier: Vitals) -> Bool {
    threads != earlier.threads || files != earlier.files
      || residentBytes > earlier.residentBytes + Self.room
  }

  var description: String {
    String(
      format: "%.1f MiB, %d threads, %d files", Double(residentBytes) / 1_048_576, threads, files)
  }
}
