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
  /// Seconds of samples, and of those that were taken again.
  private var taken = 0.0
  private var repeated = 0.0

  /// What samples that are taken again may add to a run's time, at least or as a share: a whole run is to end
  /// within 25 minutes, whatever the neighbours do. And which part of that may be spent at the run's start.
  static let repeats = (seconds: 150.0, share: 0.12, atOnce: 0.25)

  /// `expected`: seconds of one sample; each is taken `runs` times.
  init(expected: [Step: Double], runs: Int) {
    self.expected = expected
    left = expected.mapValues { _ in runs }
  }

  /// Takes note of a sample.
  mutating func note(_ step: Step, seconds: Double) {
    let before = seen[step] ?? (0, 0)
    seen[step] = (before.seconds + seconds, before.count + 1)
    taken += seconds
    skip(step)
  }

  /// Takes note of a sample that was taken again.
  mutating func noteRepeat(seconds: Double) { repeated += seconds }

  /// Whether there is time to take one again. What there is of it comes as the run goes on, but for a part, so
  /// that neighbours who are busy at first leave something to the last cases.
  var mayRepeat: Bool {
    let undone = firstSecondsLeft / max(taken + firstSecondsLeft, 0.001)
    return repeated < repeatSeconds * (1 - (1 - Self.repeats.atOnce) * undone)
  }

  /// All that may be spent on it.
  private var repeatSeconds: Double {
    max(Self.repeats.seconds, Self.repeats.share * (taken + firstSecondsLeft))
  }
  private var repeatSecondsLeft: Double { max(0, repeatSeconds - repeated) }

  /// Takes note of a sample that is not going to be taken.
  mutating func skip(_ step: Step) { left[step, default: 0] -= 1 }

  /// What is left, with as many samples taken again as so far, as long as that may be.
  var secondsLeft: Double {
    let first = firstSecondsLeft
    guard taken > 0 else { return first }
    return first + min(first * repeated / taken, repeatSecondsLeft)
  }

  /// What is left takes as long as the same took before; what was not taken yet, as long as
  /// expected, corrected by how expectations turned out so far.
  private var firstSecondsLeft: Double {
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
