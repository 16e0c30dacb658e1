/// When something is sent again: after each of `gaps`, then ever again after the last of them.
struct Backoff {
  private let gaps: [Duration]
  private var repeats = 0
  private(set) var deadline: ContinuousClock.Instant

  init(_ gaps: [Duration], now: ContinuousClock.Instant) {
    precondition(!gaps.isEmpty)
    self.gaps = gaps
    deadline = now + gaps[0]
  }

  /// It was sent again. A late turn does not make up for what it missed.
  mutating func advance(now: ContinuousClock.Instant) {
    repeats += 1
    deadline = now + gaps[min(repeats, gaps.count - 1)]
  }
}
