import Testbed

/// The highest rate of 64-byte UDP datagrams of which at most 1 % are lost.
///
/// The rate rises by half until a probe loses more, then the gap is halved. A probe that fails is
/// tried once more, since one unlucky time slice is not the carrier's limit.
func measureSmallPackets(on carrier: RunningCarrier, of pair: SitePair) throws -> Sample {
  let watch = Disturbance.Watch(own: carrier.processes.map(\.pid))
  var search = RateSearch(first: 30_000)
  while let rate = search.next {
    var passed = try probe(rate, pair)
    if passed == nil { passed = try probe(rate, pair) }
    search.note(passed)
  }
  var sample = Sample(engine: carrier.engine, disturbance: watch.end())
  sample.values[.packetRate] = search.best
  return sample
}

/// Sends at a rate for a moment. The rate that arrived and whether the sender kept up; nil where
/// more than 1 % got lost.
private func probe(_ rate: Double, _ pair: SitePair) throws -> RateSearch.Passed? {
  let run = try UDPFlows(
    count: Int(rate * 0.4), rate: rate, from: pair.a, to: SitePair.innerAddress(.b), in: pair.b,
    quiet: 0.05)
  guard run.total.lossShare <= 0.01 else { return nil }
  let received = Double(run.total.received) / run.seconds
  return .init(received: received, senderKeptUp: received > rate * 0.95)
}

/// Finds the highest rate that passes: first upwards in steps of half, then by bisection.
struct RateSearch {
  struct Passed {
    let received: Double
    let senderKeptUp: Bool
  }

  /// The highest rate that arrived; 0 while none passed.
  private(set) var best = 0.0
  private var low = 0.0
  private var high: Double?
  private var steps = 0
  /// The rate to be tried now; nil once it is known to some 3 %.
  private(set) var next: Double?

  init(first: Double) { next = first }

  /// Takes the outcome of ``next``; nil where too much was lost.
  mutating func note(_ passed: Passed?) {
    guard let rate = next else { return }
    steps += 1
    if let passed {
      best = max(best, passed.received)
      low = rate
      // Where the sender is the limit, a higher rate asks for nothing more.
      if !passed.senderKeptUp {
        next = nil
        return
      }
    } else {
      high = rate
    }
    guard steps < 24 else {
      next = nil
      return
    }
    if let high {
      next = (high - low) / high < 0.04 || high < 500 ? nil : (high + low) / 2
    } else {
      next = rate * 1.5
    }
  }
}
