import Testbed

/// Request and answer over UDP with nothing else going on.
func measureRoundTrips(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double
) throws -> Sample {
  func run(_ count: Int) throws -> RoundTrips {
    try RoundTrips(count: count, from: pair.a, to: SitePair.innerAddress(.b), in: pair.b)
  }
  _ = try run(Int(Measurement.warmUp * 1000))
  let watch = Disturbance.Watch(own: carrier.processes.map(\.pid))
  let trips = try run(Int(seconds * 1000))
  guard !trips.times.isEmpty else { throw TestbedError("no request was answered") }
  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.p50] = trips.percentile(0.5)
  sample.values[.p99] = trips.percentile(0.99)
  return sample
}
