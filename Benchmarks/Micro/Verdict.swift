import Dataplane

/// What became of one operation's instructions.
enum Verdict {
  case same(Double, Double)
  case fewer(Double, Double)
  case more(Double, Double)
  /// There is no threshold yet.
  case new(Double)
  /// Not compared, for that reason.
  case leftOut(String)

  init(_ kind: TrialKind, _ counts: Callgrind.Counts, _ known: Thresholds) {
    guard let figure = counts.instructions[kind] else {
      self = .leftOut(counts.leftOut[kind] ?? "not measured")
      return
    }
    guard let threshold = known[kind.rawValue] else {
      self = .new(figure)
      return
    }
    if let library = threshold.library, library != counts.libraries[kind] {
      self = .leftOut("holds for \(library), here it is \(counts.libraries[kind] ?? "none")")
      return
    }
    let change = figure / threshold.instructions - 1
    if change > BenchCheck.tolerance {
      self = .more(figure, threshold.instructions)
    } else if change < -BenchCheck.tolerance {
      self = .fewer(figure, threshold.instructions)
    } else {
      self = .same(figure, threshold.instructions)
    }
  }

  var isFault: Bool {
    switch self {
    case .more, .new: true
    case .same, .fewer, .leftOut: false
    }
  }

  func cells(_ kind: TrialKind) -> [String] {
    func row(_ figure: Double, _ threshold: Double?, _ text: String) -> [String] {
      let change = threshold.map { BenchCheck.percent(figure / $0 - 1) } ?? "-"
      return [
        kind.rawValue, number(figure), threshold.map(number) ?? "-",
        change.hasPrefix("-") || threshold == nil ? change : "+\(change)", text,
      ]
    }
    return switch self {
    case .same(let figure, let threshold): row(figure, threshold, "ok")
    case .fewer(let figure, let threshold): row(figure, threshold, "fewer: --update keeps it so")
    case .more(let figure, let threshold): row(figure, threshold, "REGRESSED")
    case .new(let figure): row(figure, nil, "NO THRESHOLD: --update")
    case .leftOut(let reason): [kind.rawValue, "-", "-", "-", "left out: \(reason)"]
    }
  }
}
