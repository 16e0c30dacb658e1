import Testbed

/// Goodput, CPU per GB, memory, and (of fastun) the bytes on the wire per byte that arrived, of
/// streams of our own. `streams`: nil for four for each queue of the carrier, since the kernel spreads
/// streams over queues by a hash: two of two would share one queue half of all times.
func measureTCP(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double, streams: Int?, content: Content
) throws -> Sample {
  let load = try TCPLoad(
    from: pair.a, to: carrier.address(.b), in: pair.b, streams: streams ?? 4 * carrier.queues,
    payload: content.bytes())
  defer { load.stop() }
  Deadline.sleep(seconds: Measurement.warmUp)

  let watch = Disturbance.Watch(own: carrier.pids)
  let span = try LoadSpan(of: load, on: carrier, seconds: seconds)
  guard span.bytes > 0 else { throw TestbedError("nothing arrived in \(seconds) s") }

  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.goodput] = span.goodput
  if !carrier.pids.isEmpty {
    sample.values[.cpuPerGB] = span.cpuPerGB
    sample.values[.memory] = Double(try carrier.peakResidentBytes())
  }
  if streams == nil { sample.remark = CPUBudget.here.doubt(of: carrier.queues) }
  load.stop()
  if let counters = try carrier.stop() {
    sample.values[.wireShare] =
      Double(try counters.a.sum("datagram_bytes_sent")) / Double(load.received)
  }
  return sample
}
