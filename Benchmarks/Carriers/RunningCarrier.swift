import Glibc
import Testbed

/// A carrier at work.
final class RunningCarrier {
  /// Its processes at both sites; none where the kernel carries.
  let processes: [ChildProcess]
  private let tunnels: TunnelPair?

  init(processes: [ChildProcess], tunnels: TunnelPair?) {
    self.processes = processes
    self.tunnels = tunnels
  }

  /// Which engine fastun chose; nil for other carriers.
  var engine: String? { tunnels?.a.ready["engine"]?.string }

  /// CPU seconds of all its processes so far; throws where one has died.
  func cpuSeconds() throws -> Double {
    try processes.reduce(0) { try $0 + usage(of: $1).cpuSeconds }
  }

  /// The highest resident memory of any one of its processes, in bytes.
  func peakResidentBytes() throws -> Int {
    try processes.map { try usage(of: $0).peakResidentBytes }.max() ?? 0
  }

  /// Ends it; the counters of both ends where it has any.
  func stop() throws -> (a: FinalCounters, b: FinalCounters)? {
    if let tunnels { return try tunnels.stop() }
    for process in processes { try process.kill9() }
    return nil
  }

  private func usage(of process: ChildProcess) throws -> ProcessUsage {
    guard process.isRunning, let usage = process.usage else {
      throw TestbedError("a forwarder died: \(process.errorText)")
    }
    return usage
  }
}
