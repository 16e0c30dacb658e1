import Glibc
import Testbed

/// Datagrams and system calls that a byte costs: a stream from a to b, for the moment that counting
/// takes. Counting makes system calls slower, so nothing is timed here.
func measureKernelCalls(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double
) throws -> Sample {
  let load = try TCPLoad(
    from: pair.a, to: carrier.address(.b), in: pair.b, payload: Content.zeros.bytes())
  defer { load.stop() }
  Deadline.sleep(seconds: Measurement.warmUp)

  var sample = Sample(engine: carrier.engine)
  let counter = SystemCallCounter()
  let (bytesBefore, start) = (load.received, Deadline.now)
  let sendsBefore = try pair.a.udpSends()
  if let counter {
    let calls = try counter.rate(of: carrier.pids, seconds: seconds)
    let bytes = Double(load.received - bytesBefore) / (Double(Deadline.now - start) / 1e9)
    sample.values[.callsPerGB] = calls / (bytes / 1e9)
  } else {
    sample.remark = SystemCallCounter.remedy
    Deadline.sleep(seconds: seconds)
  }
  if carrier.sendsAlone {
    let sends = try pair.a.udpSends() - sendsBefore
    sample.values[.datagramsPerGB] = Double(sends) / (Double(load.received - bytesBefore) / 1e9)
  }
  load.stop()
  if let counters = try carrier.stop() {
    sample.values[.datagramsPerGB] =
      Double(try counters.a.sum("datagrams_sent")) / (Double(load.received) / 1e9)
  }
  return sample
}

/// Counts system calls of processes by `perf stat`.
struct SystemCallCounter {
  static let remedy = """
    system calls were not counted: perf with tracepoints is needed (Debian package linux-perf, and \
    tracefs: mount -t tracefs none /sys/kernel/tracing)
    """
  private static let event = "raw_syscalls:sys_enter"

  /// nil where perf is missing, or may not count them.
  init?() {
    guard Testbed.isInstalled("perf"), (try? Self.count(of: [getpid()], seconds: 0.01)) != nil
    else { return nil }
  }

  /// Calls per second of some processes, over so many seconds.
  func rate(of pids: [Int32], seconds: Double) throws -> Double {
    Double(try Self.count(of: pids, seconds: seconds)) / seconds
  }

  private static func count(of pids: [Int32], seconds: Double) throws -> Int {
    let list = pids.map(String.init).joined(separator: ",")
    let text = try Command.run(
      [
        "perf", "stat", "--log-fd", "1", "-x", ",", "-e", event, "-p", list, "--", "sleep",
        "\(seconds)",
      ], seconds: seconds + 20)
    // COUNT,UNIT,EVENT,…
    let line = text.split(separator: "\n").first { $0.contains(event) }
    guard let count = line?.split(separator: ",").first.flatMap({ Int($0) }) else {
      throw TestbedError("perf counted no system calls: \(text)")
    }
    return count
  }
}
