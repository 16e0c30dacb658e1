import Testbed

/// A stretch of a TCP load on a carrier: what arrived, in which time, for which CPU time.
struct LoadSpan {
  let bytes: Int
  let seconds: Double
  let cpuSeconds: Double

  /// Looks at the load for so many seconds.
  init(of load: TCPLoad, on carrier: RunningCarrier, seconds: Double) throws {
    let cpuBefore = try carrier.cpuSeconds()
    let (bytesBefore, start) = (load.received, Deadline.now)
    Deadline.sleep(seconds: seconds)
    let (bytes, end) = (load.received - bytesBefore, Deadline.now)
    cpuSeconds = try carrier.cpuSeconds() - cpuBefore
    self.bytes = bytes
    self.seconds = Double(end - start) / 1e9
  }

  /// Bits per second.
  var goodput: Double { Double(bytes) * 8 / seconds }
  /// Only where something arrived.
  var cpuPerGB: Double { cpuSeconds / (Double(bytes) / 1e9) }
}
