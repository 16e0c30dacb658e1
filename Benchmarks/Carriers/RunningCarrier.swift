import Glibc
import Testbed

/// A carrier at work.
final class RunningCarrier {
  /// Its processes at both sites; none where the kernel carries.
  let processes: [ChildProcess]
  private let tunnels: TunnelPair?
  private let counters: [CallCounter]

  init(processes: [ChildProcess], tunnels: TunnelPair?, counters: [CallCounter] = []) {
    self.processes = processes
    self.tunnels = tunnels
    self.counters = counters
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

  /// Forgets the sessions that site a's fastun has told of.
  func forgetSessions() throws {
    while try nextSession(before: Deadline(seconds: 0)) {}
  }

  /// Waits until site a's fastun says that a session is established; false at the deadline.
  func nextSession(before deadline: Deadline) throws -> Bool {
    while let event = try tunnels?.a.process.nextEvent(before: deadline) {
      if event["event"]?.string == "session" { return true }
    }
    return false
  }

  /// What each process has counted so far; throws where one does not count, or has died.
  func callCounts() throws -> [CallCounts] {
    guard !counters.isEmpty else { throw TestbedError("the carrier counts no calls") }
    for process in processes { _ = try usage(of: process) }
    return try counters.map { try $0.read() }
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
