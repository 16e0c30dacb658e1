/// A line of the table: a figure that every round gives, and what it should reach.
struct Row: Sendable {
  enum Target: Sendable {
    case atLeast(Double)
    case atMost(Double)
    /// None: the figure is shown for what it says of others.
    case none

    /// "≥ 0.75"; nil without a target.
    var text: String? {
      switch self {
      case .none: nil
      case .atLeast(let bound): "≥ \(number(bound))"
      case .atMost(let bound): "≤ \(number(bound))"
      }
    }

    /// nil without a target.
    func isMet(by value: Double) -> Bool? {
      switch self {
      case .none: nil
      case .atLeast(let bound): value >= bound
      case .atMost(let bound): value <= bound
      }
    }
  }

  /// The samples of one round by variant.
  typealias Round = [String: Sample]

  let title: String
  let target: Target
  /// The variants without which there is no figure.
  let variants: [String]
  var unit = "x"
  /// The figure of each round, but for those in which a sample that it needs could not be taken.
  let values: @Sendable ([Round]) -> [Double]

  /// One variant's metric over another's, of the same round.
  static func ratio(
    _ title: String, _ metric: Sample.Metric, _ variant: String, to other: String, _ target: Target
  ) -> Row {
    Row(title: title, target: target, variants: [variant, other]) {
      ratios(of: metric, variant, to: other, in: $0)
    }
  }

  /// fastun on `poll` over fastun on io_uring. No figure where io_uring is not to be had.
  static func engines(
    _ title: String, _ metric: Sample.Metric, _ poll: String, to uring: String, _ target: Target
  ) -> Row {
    Row(title: title, target: target, variants: [uring, poll]) { rounds in
      let comparable = rounds.filter { $0[uring]?.engine == "uring" }
      return ratios(of: metric, poll, to: uring, in: comparable)
    }
  }

  /// `auto` over the better of `off` and `always`, in goodput. Which one is better the medians of
  /// all rounds say: the larger of two noisy figures of one round is better than either.
  static func auto(_ title: String) -> Row {
    Row(title: title, target: .atLeast(0.95), variants: ["off", "always", "auto"]) { rounds in
      let off = Summary(rounds.compactMap { $0["off"]?[.goodput] })?.median ?? 0
      let always = Summary(rounds.compactMap { $0["always"]?[.goodput] })?.median ?? 0
      return ratios(of: .goodput, "auto", to: always > off ? "always" : "off", in: rounds)
    }
  }

  /// One variant's metric as it is, in the metric's unit.
  static func absolute(
    _ title: String, _ metric: Sample.Metric, _ variant: String, _ target: Target
  ) -> Row {
    Row(title: title, target: target, variants: [variant], unit: metric.rawValue) { rounds in
      rounds.compactMap { $0[variant]?[metric].map { $0 / metric.scale } }
    }
  }

  /// Calls that allocate, free, retain or release per packet, over all rounds together: a median
  /// would hide a round that has some.
  static func callsPerPacket(_ title: String, _ variant: String) -> Row {
    Row(title: title, target: .atMost(0), variants: [variant], unit: "calls/packet") { rounds in
      let samples = rounds.compactMap { $0[variant] }
      let packets = samples.compactMap { $0[.packets] }.reduce(0, +)
      return packets > 0 ? [samples.compactMap { $0[.calls] }.reduce(0, +) / packets] : []
    }
  }

  /// Datagrams that were lost or dropped, over all rounds together: a median would hide a round
  /// that lost some.
  static func lost(_ title: String, _ variant: String) -> Row {
    Row(title: title, target: .atMost(0), variants: [variant], unit: "datagrams") { rounds in
      let lost = rounds.compactMap { $0[variant]?[.lost] }
      return lost.isEmpty ? [] : [lost.reduce(0, +)]
    }
  }

  /// How far goodput falls near a rekey.
  static func dip(_ title: String, _ variant: String, _ target: Target) -> Row {
    Row(title: title, target: target, variants: [variant]) { rounds in
      rounds.compactMap { $0[variant]?[.dip] }
    }
  }

  /// CPU time of both ends per handshake: what a tunnel uses that does nothing but make its keys
  /// anew, less what it uses when it does nothing at all.
  static func perHandshake(
    _ title: String, _ variant: String, idle: String, _ target: Target
  ) -> Row {
    Row(title: title, target: target, variants: [variant, idle], unit: "ms") { rounds in
      rounds.compactMap { round in
        guard let busy = round[variant]?[.idleCPU], let idle = round[idle]?[.idleCPU],
          let rate = round[variant]?[.handshakes], rate > 0
        else { return nil }
        return (busy - idle) / rate * 1e3
      }
    }
  }

  private static func ratios(
    of metric: Sample.Metric, _ variant: String, to other: String, in rounds: [Round]
  ) -> [Double] {
    rounds.compactMap { round in
      guard let value = round[variant]?[metric], let base = round[other]?[metric] else {
        return nil
      }
      return value / base
    }
  }
}
