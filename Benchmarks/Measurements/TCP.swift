import Testbed

/// Payloads are made once: it takes longer than a measurement.
private let payloads: [Payload: [UInt8]] = [
  .zeros: TCPLoad.payload(.zeros), .random: TCPLoad.payload(.random), .json: TCPLoad.payload(.json),
]

/// Goodput, CPU per GB, memory, and (of fastun) the bytes on the wire per byte that arrived.
func measureTCP(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double, streams: Int, payload: Payload
) throws -> Sample {
  let load = try TCPLoad(
    from: pair.a, to: SitePair.innerAddress(.b), in: pair.b, streams: streams,
    payload: payloads[payload]!)
  defer { load.stop() }
  Deadline.sleep(seconds: Measurement.warmUp)

  let watch = Disturbance.Watch(own: carrier.processes.map(\.pid))
  let cpuBefore = try carrier.cpuSeconds()
  let (bytesBefore, start) = (load.received, Deadline.now)
  Deadline.sleep(seconds: seconds)
  let (bytes, end) = (load.received - bytesBefore, Deadline.now)
  let cpu = try carrier.cpuSeconds() - cpuBefore
  guard bytes > 0 else { throw TestbedError("nothing arrived in \(seconds) s") }

  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.goodput] = Double(bytes) * 8 / (Double(end - start) / 1e9)
  if !carrier.processes.isEmpty {
    sample.values[.cpuPerGB] = cpu / (Double(bytes) / 1e9)
    sample.values[.memory] = Double(try carrier.peakResidentBytes())
  }
  load.stop()
  if let counters = try carrier.stop() {
    sample.values[.wireShare] =
      Double(try counters.a.sum("datagram_bytes_sent")) / Double(load.received)
  }
  return sample
}
