/// An axis from 0 upwards, with round numbers for its ticks.
struct Axis {
  let ticks: [Double]
  private let upTo: Double
  private let from: Double
  private let to: Double
  private let hasDecimals: Bool

  /// `from` and `to` are the places of 0 and of the end. `reachesNextTick`: it ends with a tick.
  init(upTo highest: Double, from: Double, to: Double, reachesNextTick: Bool = false) {
    let step = Self.step(for: highest)
    var count = Int((highest / step).rounded(.down))
    if reachesNextTick, Double(count) * step < highest { count += 1 }
    ticks = (0...count).map { Double($0) * step }
    upTo = reachesNextTick ? ticks[count] : highest
    self.from = from
    self.to = to
    hasDecimals = step < 1
  }

  func position(_ value: Double) -> Double { from + (to - from) * value / upTo }

  func label(_ value: Double) -> String { hasDecimals ? short(value) : "\(Int(value))" }

  /// 1, 2 or 5 times a power of ten, so that four to ten ticks fit.
  private static func step(for highest: Double) -> Double {
    guard highest > 0, highest.isFinite else { return 1 }
    var unit = 1.0
    while unit * 10 <= highest { unit *= 10 }
    while unit > highest { unit /= 10 }
    for share in [0.1, 0.2, 0.5] where highest / (unit * share) <= 10 { return unit * share }
    return unit
  }
}
