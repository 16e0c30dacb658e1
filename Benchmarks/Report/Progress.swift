import Glibc
import Testbed

/// Says on stderr what was measured and how long the rest will take.
struct Progress {
  private let total: Int
  private var done = 0
  private let start = Deadline.now

  init(total: Int) { self.total = total }

  func announce(_ title: String) { tell("\n\(title)") }

  mutating func skip() { done += 1 }

  mutating func note(_ name: String, _ sample: Sample) {
    let figures = Sample.Metric.allCases.compactMap { metric in
      sample[metric].map { "\(number($0 / metric.scale)) \(metric.rawValue)" }
    }
    let disturbed =
      sample.disturbance.isTooMuch
      ? "  (disturbed: \(number(sample.disturbance.sum)) cores)" : ""
    note(name, figures.joined(separator: ", ") + disturbed)
  }

  mutating func note(_ name: String, failure: any Error) { note(name, "FAILED: \(failure)") }

  mutating func note(_ name: String, leftOut: LeftOut) { note(name, "left out: \(leftOut)") }

  private mutating func note(_ name: String, _ text: String) {
    done += 1
    let seconds = Double(Deadline.now - start) / 1e9 / Double(done) * Double(total - done)
    let left = seconds < 90 ? "\(Int(seconds)) s" : "\(Int(seconds / 60 + 0.5)) min"
    tell("[\(done)/\(total), \(left) left] \(name.padded(32)) \(text)")
  }
}
