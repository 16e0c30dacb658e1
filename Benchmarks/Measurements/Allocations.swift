import Testbed

/// What forwarders allocate, free, retain and release on their lanes while packets flow: a TCP
/// stream, then 64-byte datagrams, for `seconds` each.
///
/// How much else went on does not matter to a count, so it is not watched.
func measureAllocations(
  on carrier: RunningCarrier, of pair: SitePair, seconds: Double
) throws -> Sample {
  try CountTrial.check()
  try load(pair, seconds: Measurement.warmUp)
  let before = try carrier.callCounts()
  // Each lane's start makes some calls; without them the forwarder is not counted at all.
  for counts in before where counts.threads == 0 || counts.releases == 0 {
    throw TestbedError(
      "a forwarder's lanes are not counted (runtime linked statically?): \(counts)")
  }
  let packetsBefore = try packets(pair)
  try load(pair, seconds: seconds)
  let after = try carrier.callCounts()
  let calls = zip(after, before).reduce(0) { $0 + $1.0.total - $1.1.total }
  if calls > 0 {
    for (after, before) in zip(after, before) { tell("before load: \(before)\nafter: \(after)") }
  }
  let carried = try packets(pair) - packetsBefore
  guard carried > 0 else { throw TestbedError("no packet was carried in \(seconds) s") }

  var sample = Sample(engine: carrier.engine)
  sample.values[.calls] = Double(calls)
  sample.values[.packets] = Double(carried)
  return sample
}

/// Loss does not matter: what is dropped must not allocate either.
private func load(_ pair: SitePair, seconds: Double) throws {
  let stream = try TCPLoad(
    from: pair.a, to: SitePair.innerAddress(.b), in: pair.b, payload: TCPLoad.payload(.zeros))
  Deadline.sleep(seconds: seconds)
  stream.stop()
  guard stream.received > 0 else { throw TestbedError("nothing arrived in \(seconds) s") }
  let rate = 100_000.0
  let burst = try UDPFlows(
    count: Int(rate * seconds), rate: rate, from: pair.a, to: SitePair.innerAddress(.b), in: pair.b)
  guard burst.total.received > 0 else { throw TestbedError("no datagram arrived") }
}

/// Reads and writes of both devices so far, a super-packet being one.
private func packets(_ pair: SitePair) throws -> Int {
  try SitePair.Site.allCases.reduce(0) { sum, site in
    let folder = "/sys/class/net/\(TunnelOptions.device)/statistics"
    let text = try pair[site].run("cat \(folder)/rx_packets \(folder)/tx_packets")
    return sum + text.split(separator: "\n").reduce(0) { $0 + (Int($1) ?? 0) }
  }
}
