/// How long measurements take: what is expected of each at first, and what was seen once one of
/// its kind was taken.
struct Pace {
  /// A variant of a case.
  struct Step: Hashable, Sendable {
    let ofCase: String
    let variant: String
  }

  private let expected: [Step: Double]
  private var left: [Step: Int]
  private var seen: [Step: (seconds: Double, count: Int)] = [:]

  /// `expected`: seconds of one sample; each is taken `runs` times.
  init(expected: [Step: Double], runs: Int) {
    self.expected = expected
    left = expected.mapValues { _ in runs }
  }

  /// Takes note of a sample, with repeats of it.
  mutating func note(_ step: Step, seconds: Double) {
    let before = seen[step] ?? (0, 0)
    seen[step] = (before.seconds + seconds, before.count + 1)
    skip(step)
  }

  /// Takes note of a sample that is not going to be taken.
  mutating func skip(_ step: Step) { left[step, default: 0] -= 1 }

  /// What is left takes as long as the same took before; what was not taken yet, as long as
  /// expected, corrected by how expectations turned out so far.
  var secondsLeft: Double {
    left.reduce(0) { sum, entry in
      guard entry.value > 0 else { return sum }
      let each =
        seen[entry.key].map { $0.seconds / Double($0.count) }
        ?? expected[entry.key, default: 0] * correction
      return sum + each * Double(entry.value)
    }
  }

  private var correction: Double {
    let expectedSoFar = seen.reduce(0) { sum, entry in
      sum + expected[entry.key, default: 0] * Double(entry.value.count)
    }
    guard expectedSoFar > 0 else { return 1 }
    return seen.values.reduce(0) { $0 + $1.seconds } / expectedSoFar
  }
}
