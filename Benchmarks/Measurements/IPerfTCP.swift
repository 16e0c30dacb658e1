import Testbed

/// Goodput of streams by iperf3, and CPU per GB and memory of the forwarders.
///
/// iperf3 counts in whole seconds, so `seconds` are rounded up. Without it, streams of our own from a
/// to b take its place, and the sample says so; other directions, and other writes than theirs, are left out.
func measureIPerf(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double, streams: Int,
  direction: IPerf.Direction, writes: Int
) throws -> Sample {
  guard IPerf.isInstalled else {
    guard direction == .forward, writes == TCPLoad.writeSize else { throw LeftOut(IPerf.remedy) }
    var sample = try measureTCP(
      on: carrier, of: pair, seconds: seconds, streams: streams, content: .zeros)
    sample.remark = "\(IPerf.remedy): TCP streams of this program took its place"
    return sample
  }
  let watch = Disturbance.Watch(own: carrier.pids)
  let cpuBefore = try carrier.cpuSeconds()
  let load = try IPerf(
    streams: streams, direction: direction, writes: writes, seconds: Int(seconds.rounded(.up)),
    warmUp: Measurement.warmUp, from: pair.a, to: carrier.address(.b), in: pair.b)
  let arrived = try load.finish()
  let cpu = try carrier.cpuSeconds() - cpuBefore

  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.goodput] = arrived.bitsPerSecond
  if !carrier.pids.isEmpty {
    sample.values[.cpuPerGB] = cpu / (Double(arrived.bytes) / 1e9)
    sample.values[.memory] = Double(try carrier.peakResidentBytes())
  }
  return sample
}
