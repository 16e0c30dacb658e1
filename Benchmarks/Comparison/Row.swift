/// A line of the table: a figure that each round gives, and what it should reach.
struct Row: Sendable {
  enum Target: Sendable {
    case atLeast(Double)
    case atMost(Double)

    func isMet(by value: Double) -> Bool {
      switch self {
      case .atLeast(let bound): value >= bound
      case .atMost(let bound): value <= bound
      }
    }
  }

  /// The samples of one round by variant.
  typealias Round = [String: Sample]

  let title: String
  let target: Target
  var unit = "x"
  /// nil where a sample that it needs could not be taken.
  let value: @Sendable (Round) -> Double?

  /// One variant's metric over another's, of the same round.
  static func ratio(
    _ title: String, _ metric: Sample.Metric, _ variant: String, to other: String, _ target: Target
  ) -> Row {
    Row(title: title, target: target) { round in
      guard let value = round[variant]?[metric], let base = round[other]?[metric] else {
        return nil
      }
      return value / base
    }
  }

  /// fastun on `poll` over fastun on io_uring. No figure where io_uring is not to be had.
  static func engines(_ title: String, _ metric: Sample.Metric, _ target: Target) -> Row {
    let plain = ratio(title, metric, "fastun poll", to: "fastun", target)
    return Row(title: title, target: target) { round in
      round["fastun"]?.engine == "uring" ? plain.value(round) : nil
    }
  }

  /// `auto` over the better of `off` and `always`, in goodput.
  static func auto(_ title: String) -> Row {
    Row(title: title, target: .atLeast(0.95)) { round in
      guard let auto = round["auto"]?[.goodput], let off = round["off"]?[.goodput],
        let always = round["always"]?[.goodput]
      else { return nil }
      return auto / max(off, always)
    }
  }

  /// One variant's metric as it is, in the metric's unit.
  static func absolute(
    _ title: String, _ metric: Sample.Metric, _ variant: String, _ target: Target
  ) -> Row {
    Row(title: title, target: target, unit: metric.rawValue) { round in
      round[variant]?[metric].map { $0 / metric.scale }
    }
  }
}
