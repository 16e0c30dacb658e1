import Dataplane
import Testbed

/// What is done with a carrier to get a sample.
enum Measurement: Sendable {
  /// TCP streams from a to b with a payload, for a while.
  case tcp(streams: Int = 1, payload: Payload = .zeros)
  /// The search for the highest rate of 64-byte datagrams with at most 1 % loss.
  case smallPackets
  /// Requests and answers, one each millisecond.
  case roundTrips
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

  /// Measures on a carrier that runs; `seconds` is how long traffic is looked at.
  func take(on carrier: RunningCarrier, of pair: SitePair, seconds: Double) throws -> Sample {
    switch self {
    case .tcp(let streams, let payload):
      try measureTCP(on: carrier, of: pair, seconds: seconds, streams: streams, payload: payload)
    case .smallPackets:
      try measureSmallPackets(on: carrier, of: pair)
    case .roundTrips:
      try measureRoundTrips(on: carrier, of: pair, seconds: seconds)
    case .allocations:
      try measureAllocations(on: carrier, of: pair, seconds: seconds)
    case .rekey:
      try measureRekey(on: carrier, of: pair, seconds: seconds)
    case .idle:
      try measureIdle(on: carrier, seconds: seconds)
    case .sealing:
      try measureSealing()
    case .micro(let kind):
      try measureMicro(kind)
    }
  }
}
