import Glibc
import Testbed

/// A carrier at work.
final class RunningCarrier {
  /// Its processes at both sites; none where the kernel carries.
  let processes: [ChildProcess]
  /// Those of them, and of their children, whose CPU time and memory count.
  let pids: [Int32]
  private let children: [Int32]
  /// Name and version of the program that carries, where it is neither fastun nor the kernel.
  let version: String?
  /// Lanes of fastun; 1 for other carriers.
  let queues: Int
  /// Whether every send of its sockets is one datagram, so that the kernel counts them.
  let sendsAlone: Bool
  private let isDirect: Bool
  private let isUringWanted: Bool
  private let tunnels: TunnelPair?
  private let counters: [CallCounter]

  /// `children`: pids that its processes have started.
  init(
    processes: [ChildProcess] = [], children: [Int32] = [], tunnels: TunnelPair? = nil,
    counters: [CallCounter] = [], queues: Int = 1, version: String? = nil, sendsAlone: Bool = false,
    isDirect: Bool = false, isUringWanted: Bool = false
  ) {
    self.processes = processes
    self.children = children
    self.version = version
    pids = processes.map(\.pid) + children
    self.tunnels = tunnels
    self.counters = counters
    self.queues = queues
    self.sendsAlone = sendsAlone
    self.isDirect = isDirect
    self.isUringWanted = isUringWanted
  }

  /// What its processes have started does not end with them.
  deinit { for child in children { kill(child, SIGKILL) } }

  /// Which engine fastun chose; nil for other carriers.
  var engine: String? { tunnels?.a.ready["engine"]?.string }

  /// Whether fastun was to take io_uring where it can, and could not.
  var lacksUring: Bool { isUringWanted && engine == "poll" }

  /// Where traffic to a site goes to, to go through the carrier.
  func address(_ site: SitePair.Site) -> String {
    isDirect ? SitePair.outerAddress(site) : SitePair.innerAddress(site)
  }

  /// CPU seconds of all its processes so far; throws where one has died.
  func cpuSeconds() throws -> Double { try usages().reduce(0) { $0 + $1.cpuSeconds } }

  /// The highest resident memory of any one of its processes, in bytes.
  func peakResidentBytes() throws -> Int { try usages().map(\.peakResidentBytes).max() ?? 0 }

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
    _ = try usages()
    return try counters.map { try $0.read() }
  }

  /// Ends it; the counters of both ends where it has any.
  func stop() throws -> (a: FinalCounters, b: FinalCounters)? {
    if let tunnels { return try tunnels.stop() }
    for process in processes { try process.kill9() }
    return nil
  }

  private func usages() throws -> [ProcessUsage] {
    for process in processes where !process.isRunning {
      throw TestbedError("a forwarder died: \(process.errorText)")
    }
    return try pids.map {
      guard let usage = ProcessUsage(pid: $0) else { throw TestbedError("forwarder \($0) died") }
      return usage
    }
  }
}
