import Testbed

/// What comes through where some of the datagrams towards b are lost on the way: goodput of a TCP
/// stream, and which share of UDP packets inside the tunnel is lost then.
func measureLoss(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double, perThousand: Int
) throws -> Sample {
  let rule = perThousand > 0 ? try LossRule(in: pair.b, perThousand: perThousand) : nil
  let load = try TCPLoad(
    from: pair.a, to: carrier.address(.b), in: pair.b, payload: Content.json.bytes())
  defer { load.stop() }
  Deadline.sleep(seconds: Measurement.warmUp)

  let watch = Disturbance.Watch(own: carrier.pids)
  let span = try LoadSpan(of: load, on: carrier, seconds: seconds)
  load.stop()
  // Slow enough to be lost by the rule alone, and enough of them for a thousandth to show.
  let packets = try UDPFlows(
    count: 10_000, size: 1200, rate: 20_000, from: pair.a, to: carrier.address(.b), in: pair.b)

  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.goodput] = span.goodput
  if span.bytes > 0, !carrier.pids.isEmpty { sample.values[.cpuPerGB] = span.cpuPerGB }
  sample.values[.innerLoss] = packets.total.lossShare
  if let rule, try rule.counts().dropped == 0 {
    throw TestbedError("no datagram was dropped: the carrier's ports are not the rule's")
  }
  return sample
}
