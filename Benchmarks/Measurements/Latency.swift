import Histogram
import Testbed

/// Request and answer over UDP, one each millisecond whatever becomes of those before, with nothing
/// else going on or (`underLoad`) beside a TCP stream that takes what it gets.
func measureRoundTrips(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double, underLoad: Bool
) throws -> Sample {
  let load =
    underLoad
    ? try TCPLoad(from: pair.a, to: carrier.address(.b), in: pair.b, payload: Content.zeros.bytes())
    : nil
  defer { load?.stop() }
  func run(seconds: Double) throws -> OpenLoop {
    try OpenLoop(
      count: Int(seconds * 1000), from: pair.a, to: carrier.address(.b), in: pair.b)
  }
  _ = try run(seconds: Measurement.warmUp)
  let watch = Disturbance.Watch(own: carrier.pids)
  let requests = try run(seconds: seconds)
  _ = try carrier.cpuSeconds()  // Throws where an end died.
  guard !requests.latencies.isEmpty else { throw TestbedError("no request was answered") }

  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  let histogram = histogram(of: requests.latencies)
  for (metric, percentile) in [(Sample.Metric.p50, 50), (.p99, 99), (.p999, 99.9)] {
    sample.values[metric] = Double(histogram.valueAtPercentile(percentile)) / 1e9
  }
  sample.values[.unanswered] =
    Double(requests.unanswered) / Double(requests.unanswered + requests.latencies.count)
  return sample
}

/// Nanoseconds, to three digits.
private func histogram(of latencies: [UInt64]) -> Histogram<UInt64> {
  var histogram = Histogram<UInt64>(
    highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)
  for latency in latencies { histogram.record(latency) }
  return histogram
}
