import Foundation

/// The CPU as the kernel sees it.
enum KernelCPU {
  /// What /proc/cpuinfo calls flags (x86) or features (ARM): "aes", "avx2".
  static func features() throws -> Set<Substring> {
    let lines = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).split(separator: "\n")
    let features = lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") } ?? ""
    return Set(features.split(separator: " "))
  }
}
