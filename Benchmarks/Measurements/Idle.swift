import Testbed

/// What a tunnel without traffic uses, and how often it shakes hands meanwhile.
///
/// Longer than other measurements, since a handshake a second shows in milliseconds of CPU.
func measureIdle(on carrier: RunningCarrier, seconds: Double) throws -> Sample {
  // Past what follows a start.
  Deadline.sleep(seconds: 1)
  try carrier.forgetSessions()
  let watch = Disturbance.Watch(own: carrier.pids)
  let start = Deadline.now
  let end = start + UInt64(min(seconds * 5, 6) * 1e9)
  let cpuBefore = try carrier.cpuSeconds()
  var handshakes = 0
  while try carrier.nextSession(before: Deadline(at: end)) { handshakes += 1 }
  Deadline.sleep(until: end)
  let cpu = try carrier.cpuSeconds() - cpuBefore
  let elapsed = Double(Deadline.now - start) / 1e9

  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.idleCPU] = cpu / elapsed
  sample.values[.handshakes] = Double(handshakes) / elapsed
  return sample
}
