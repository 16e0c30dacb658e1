/// Says on stderr what was measured and how long the rest will take.
struct Progress {
  private let total: Int
  private var done = 0
  private var pace: Pace

  init(total: Int, pace: Pace) {
    self.total = total
    self.pace = pace
  }

  func announce(_ title: String) { tell("\n\(title)") }

  mutating func skip(_ step: Pace.Step) {
    done += 1
    pace.skip(step)
  }

  /// Whether there is time to take a disturbed sample again.
  var mayRepeat: Bool { pace.mayRepeat }

  mutating func note(_ step: Pace.Step, _ name: String, _ sample: Sample, seconds: Double) {
    pace.note(step, seconds: seconds)
    done += 1
    say(name, describe(sample))
  }

  /// A sample was taken again; `kept`: the better of both.
  mutating func noteRepeat(_ name: String, _ kept: Sample, seconds: Double) {
    pace.noteRepeat(seconds: seconds)
    say(name, "again: " + describe(kept))
  }

  mutating func noteRepeat(_ name: String, failure: any Error, seconds: Double) {
    pace.noteRepeat(seconds: seconds)
    say(name, "again: FAILED: \(failure)")
  }

  mutating func note(_ step: Pace.Step, _ name: String, failure: any Error) {
    skip(step)
    say(name, "FAILED: \(failure)")
  }

  mutating func note(_ step: Pace.Step, _ name: String, leftOut: LeftOut) {
    skip(step)
    say(name, "left out: \(leftOut)")
  }

  private func describe(_ sample: Sample) -> String {
    let figures = Sample.Metric.allCases.compactMap { metric in
      sample[metric].map { "\(number($0 / metric.scale)) \(metric.rawValue)" }
    }
    let disturbed =
      sample.disturbance.isTooMuch ? "  (disturbed: \(sample.disturbance))" : ""
    return figures.joined(separator: ", ") + disturbed
  }

  private func say(_ name: String, _ text: String) {
    tell("[\(done)/\(total), \(duration(pace.secondsLeft)) left] \(name.padded(32)) \(text)")
  }
}
