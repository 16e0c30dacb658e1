import Dataplane
import Testbed

/// What is done with a carrier to get a sample.
enum Measurement: Sendable {
  /// TCP streams by iperf3, for whole seconds, whose program writes so many bytes at a time.
  case iperf(
    streams: Int = 1, direction: IPerf.Direction = .forward, writes: Int = TCPLoad.writeSize)
  /// TCP streams of our own from a to b, four for each queue of the carrier where no number is given.
  case tcp(streams: Int? = 1, content: Content = .zeros)
  /// The search for the highest rate of datagrams of a size, with at most a share of them lost; several
  /// flows take turns by eight.
  case packetRate(size: Int = 64, flows: Int = 1, lossLimit: Double = 0.001)
  /// Requests and answers, one each millisecond.
  case roundTrips(underLoad: Bool = false)
  /// Datagrams and system calls per byte.
  case kernelCalls
  /// TCP and UDP where so many thousandths of the datagrams are dropped on the way to b.
  case loss(perThousand: Int)
  /// What forwarders allocate, retain and release meanwhile.
  case allocations
  /// How a TCP stream goes on while keys are made anew.
  case rekey
  /// What a tunnel uses that carries nothing, and how often it shakes hands.
  case idle
  /// One datagram sealed and opened, without a tunnel.
  case sealing
  /// One operation by itself, without a tunnel.
  case micro(TrialKind)

  /// Seconds that are thrown away first: slow start, and a compressor that makes up its mind.
  static let warmUp = 0.3

  /// Measures what needs no tunnel, and so no root; nil of what does.
  func takeAlone() throws -> Sample? {
    switch self {
    case .sealing: try measureSealing()
    case .micro(let kind): try measureMicro(kind)
    default: nil
    }
  }

  /// Measures on a carrier that runs; `seconds` is how long traffic is looked at: half of it where calls
  /// are counted, and as long as the search takes where a packet rate is looked for.
  func take(on carrier: RunningCarrier, of pair: SitePair, seconds: Double) throws -> Sample {
    var sample = try measure(carrier, pair, seconds)
    sample.version = carrier.version
    if carrier.lacksUring {
      sample.remark =
        "io_uring is not to be had here: it is fastun on engine poll that was measured"
    }
    return sample
  }

  private func measure(
    _ carrier: RunningCarrier, _ pair: SitePair, _ seconds: Double
  ) throws -> Sample {
    switch self {
    case .iperf(let streams, let direction, let writes):
      try measureIPerf(
        on: carrier, of: pair, seconds: seconds, streams: streams, direction: direction,
        writes: writes)
    case .tcp(let streams, let content):
      try measureTCP(
        on: carrier, of: pair, seconds: seconds, streams: streams, content: content)
    case .packetRate(let size, let flows, let lossLimit):
      try measurePacketRate(on: carrier, of: pair, size: size, flows: flows, lossLimit: lossLimit)
    case .roundTrips(let underLoad):
      try measureRoundTrips(on: carrier, of: pair, seconds: seconds, underLoad: underLoad)
    case .kernelCalls:
      try measureKernelCalls(on: carrier, of: pair, seconds: seconds / 2)
    case .loss(let perThousand):
      try measureLoss(
        on: carrier, of: pair, seconds: seconds, perThousand: perThousand)
    case .allocations:
      try measureAllocations(on: carrier, of: pair, seconds: seconds)
    case .rekey:
      try measureRekey(on: carrier, of: pair, seconds: seconds)
    case .idle:
      try measureIdle(on: carrier, seconds: seconds)
    case .sealing, .micro:
      throw LeftOut("a single operation takes no tunnel")
    }
  }
}
