import Glibc

/// What a process has used so far, as its CPU clock and /proc tell it.
package struct ProcessUsage: Sendable {
  /// User and system time of all its threads so far, in seconds, to the nanosecond: /proc/PID/stat
  /// has hundredths of a second only, in which ten handshakes do not show.
  package let cpuSeconds: Double
  /// Resident memory in bytes, now and at its highest.
  package let residentBytes: Int
  package let peakResidentBytes: Int

  /// nil where the process is gone.
  package init?(pid: Int32) {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0,
      let status = readProcFile("/proc/\(pid)/status")
    else { return nil }
    cpuSeconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    residentBytes = Self.kibibytes("VmRSS", in: status) * 1024
    peakResidentBytes = Self.kibibytes("VmHWM", in: status) * 1024
  }

  /// Clock ticks of user and system time, its own and that of children that have ended, and the kernel's task
  /// flags, from the text of /proc/PID/stat.
  package static func fields(stat: String) -> (ticks: Int, flags: Int)? {
    // The name stands in parentheses and may hold spaces, so count fields after the last one.
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[end...].split(separator: " ")
    guard fields.count > 15, let flags = Int(fields[7]) else { return nil }
    let ticks = fields[12...15].compactMap { Int($0) }
    return ticks.count == 4 ? (ticks.reduce(0, +), flags) : nil
  }

  private static func kibibytes(_ name: String, in status: String) -> Int {
    statusField(name, in: status)?.split(separator: " ").first.flatMap { Int($0) } ?? 0
  }
}

/// A field of the text of /proc/PID/status, without the blanks before it; nil where it has none of that name.
package func statusField(_ name: String, in status: String) -> Substring? {
  for line in status.split(separator: "\n") where line.hasPrefix("\(name):") {
    return line.dropFirst(name.utf8.count + 1).drop { $0 == " " || $0 == "\t" }
  }
  return nil
}

/// A whole file of /proc as text; nil where it cannot be read.
package func readProcFile(_ path: String) -> String? {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var chunk = [UInt8](repeating: 0, count: 16_384)
  var bytes: [UInt8] = []
  while case let count = read(file, &chunk, chunk.count), count > 0 {
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
