/// Counter values that come in order.
struct ReplayTrial: TrialOperation, ~Copyable {
  /// Values of one turn: a train's.
  static let batch = 64

  private var window: ReplayWindow
  private var counter: UInt64 = 0
  private let slab: Slab

  init() throws {
    var slab = try Slab(size: ReplayWindow.footprint + 4096)
    window = ReplayWindow(slab.carve(ReplayWindow.footprint))
    self.slab = slab
  }

  mutating func perform(_ turns: Int) -> Bool {
    for _ in 0..<(turns * Self.batch) {
      guard window.take(counter) else { return false }
      counter &+= 1
    }
    return window.lost == 0
  }
}
