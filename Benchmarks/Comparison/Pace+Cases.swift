extension Pace {
  /// Expectations of the cases of a run.
  init(of cases: [Case], options: Options) {
    var expected: [Step: Double] = [:]
    for one in cases {
      for variant in one.variants {
        expected[Step(ofCase: one.name, variant: variant.name)] =
          one.measurement.expectedSeconds(options.seconds) + (one.needsTunnel ? Self.setUp : 0)
      }
    }
    self.init(expected: expected, runs: options.runs)
  }

  /// Seconds for namespaces, carrier and sockets, and for taking them down.
  private static let setUp = 0.4
}

extension Measurement {
  /// Seconds that a sample is expected to take, set-up left out, where traffic is looked at for
  /// `seconds`. Seen on two cores; a run corrects it by itself.
  func expectedSeconds(_ seconds: Double) -> Double {
    switch self {
    case .packetRate: 3
    case .iperf: seconds
    case .tcp: min(seconds, 1) + Self.warmUp
    case .kernelCalls: 2
    case .idle: 1 + 5 * seconds
    case .rekey: max(seconds, 5) + 0.5
    case .allocations: 2.5 * min(seconds, 1) + 1
    case .sealing, .micro: 0.3
    case .loss: 2.5
    default: seconds + Self.warmUp
    }
  }
}

/// A stretch of time for people: "45 s", "12 min".
func duration(_ seconds: Double) -> String {
  seconds < 90 ? "\(Int(max(0, seconds).rounded())) s" : "\(Int((seconds / 60).rounded())) min"
}
