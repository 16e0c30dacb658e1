/// Finds the highest rate that passes: first upwards in steps of half, then by bisection.
struct RateSearch {
  struct Passed {
    let received: Double
    let senderKeptUp: Bool
  }

  /// The highest rate that arrived; 0 while none passed.
  private(set) var best = 0.0
  private var low = 0.0
  private var high: Double?
  private var steps = 0
  /// The rate to be tried now; nil once it is known to some 4 %.
  private(set) var next: Double?

  init(first: Double) { next = first }

  /// Takes the outcome of ``next``; nil where too much was lost.
  mutating func note(_ passed: Passed?) {
    guard let rate = next else { return }
    steps += 1
    if let passed {
      best = max(best, passed.received)
      low = rate
      // Where the sender is the limit, a higher rate asks for nothing more.
      if !passed.senderKeptUp {
        next = nil
        return
      }
    } else {
      high = rate
    }
    guard steps < 24 else {
      next = nil
      return
    }
    if let high {
      next = (high - low) / high < 0.05 || high < 500 ? nil : (high + low) / 2
    } else {
      next = rate * 1.5
    }
  }
}
