import Testbed

/// The highest rate of UDP datagrams of which no more than a share is lost, and what they cost.
///
/// The rate rises by half until a probe loses more, then the gap is halved. A probe that fails is
/// tried once more, since one unlucky time slice is not the carrier's limit.
func measurePacketRate(
  on carrier: RunningCarrier, of pair: SitePair, size: Int, flows: Int, lossLimit: Double
) throws -> Sample {
  let probe = PacketProbe(
    carrier: carrier, pair: pair, size: size, flows: flows, lossLimit: lossLimit)
  let watch = Disturbance.Watch(own: carrier.pids)
  var search = RateSearch(first: 40_000)
  var cpu: Double?
  while let rate = search.next {
    var passed = try probe.run(rate)
    if passed == nil { passed = try probe.run(rate) }
    if let passed { cpu = passed.cpuPerPacket }
    search.note(passed?.passed)
  }
  guard search.best > 0 else { throw TestbedError("every rate lost more than allowed") }
  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.packetRate] = search.best
  if let cpu, !carrier.pids.isEmpty { sample.values[.cpuPerMillion] = cpu * 1e6 }
  return sample
}

/// Sends at a rate for a moment.
private struct PacketProbe {
  let carrier: RunningCarrier
  let pair: SitePair
  let size: Int
  let flows: Int
  let lossLimit: Double

  /// The rate that arrived, whether the sender kept up, and CPU seconds of the forwarders for a
  /// packet; nil where more got lost than allowed.
  func run(_ rate: Double) throws -> (passed: RateSearch.Passed, cpuPerPacket: Double)? {
    let cpuBefore = try carrier.cpuSeconds()
    let run = try UDPFlows(
      count: Int(rate * 0.3), size: size, rate: rate, flows: flows, from: pair.a,
      to: carrier.address(.b), in: pair.b, quiet: 0.05)
    guard run.total.lossShare <= lossLimit else { return nil }
    let received = Double(run.total.received)
    return (
      .init(received: received / run.seconds, senderKeptUp: received / run.seconds > rate * 0.95),
      (try carrier.cpuSeconds() - cpuBefore) / received
    )
  }
}
