import Testbed

/// A TCP stream over a tunnel that makes its keys anew meanwhile, three times at least: how far
/// goodput falls then, and what gets lost.
func measureRekey(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double
) throws -> Sample {
  let load = try TCPLoad(
    from: pair.a, to: SitePair.innerAddress(.b), in: pair.b, payload: TCPLoad.payload(.zeros))
  defer { load.stop() }
  Deadline.sleep(seconds: Measurement.warmUp)
  try carrier.forgetSessions()

  let watch = Disturbance.Watch(own: carrier.pids)
  var series = RekeySeries()
  let (start, bytesBefore) = (Deadline.now, load.received)
  func time() -> Double { Double(Deadline.now - start) / 1e9 }
  let looks = Int((max(seconds, 5) / RekeySeries.interval).rounded())
  for number in 0...looks {
    let next = start + UInt64(Double(number) * RekeySeries.interval * 1e9)
    while try carrier.nextSession(before: Deadline(at: next)) { series.noteRekey(at: time()) }
    Deadline.sleep(until: next)
    series.look(at: time(), bytes: load.received - bytesBefore)
  }
  _ = try carrier.cpuSeconds()  // Throws where an end died.
  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  guard series.rekeys.count >= 3 else {
    throw TestbedError("keys were made anew \(series.rekeys.count) times only")
  }
  guard let dips = series.dips else { throw TestbedError("nothing to compare: \(series)") }

  load.stop()
  // What is still under way would count as lost to the end that stays.
  Deadline.sleep(seconds: 0.2)
  guard let counters = try carrier.stop() else { throw TestbedError("the carrier counts nothing") }
  var losses = counters.a.drops.merging(counters.b.drops) { $0 + $1 }
  let lost = try counters.a.sum("datagrams_lost") + counters.b.sum("datagrams_lost")
  if lost > 0 { losses["datagrams_lost"] = lost }

  sample.values[.goodput] = dips.median
  sample.values[.dip] = dips.nearRekey / dips.median
  sample.values[.otherDip] = dips.elsewhere / dips.median
  sample.values[.lost] = Double(losses.values.reduce(0, +))
  sample.losses = losses
  sample.series = series
  return sample
}
