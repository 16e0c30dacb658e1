/// How far a count of random events may lie from its expectation: five standard deviations of the
/// binomial distribution, which a sound tunnel exceeds once in two million runs.
struct Noise {
  let expected: Double
  let allowed: Double

  init(trials: Int, probability: Double) {
    expected = Double(trials) * probability
    allowed = 5 * (expected * (1 - probability)).squareRoot()
  }

  func contains(_ count: Int) -> Bool { (Double(count) - expected).magnitude <= allowed }
}
