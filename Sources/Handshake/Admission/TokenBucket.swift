/// Lets `rate` events a second through, and `burst` at once after a rest.
struct TokenBucket {
  private let interval: Duration
  private let capacity: Duration
  /// Time saved up; an event costs one interval.
  private var credit: Duration
  private var updated: ContinuousClock.Instant?

  init(rate: Int, burst: Int) {
    precondition(rate > 0 && burst > 0)
    interval = .seconds(1) / rate
    capacity = interval * burst
    credit = capacity
  }

  /// Whether one more event may happen now; it is not counted.
  mutating func hasToken(now: ContinuousClock.Instant) -> Bool {
    // An instant before the last one adds nothing.
    if let updated, now > updated { credit = min(credit + (now - updated), capacity) }
    updated = max(updated ?? now, now)
    return credit >= interval
  }

  /// Whether one more event may happen now, which then counts.
  mutating func take(now: ContinuousClock.Instant) -> Bool {
    guard hasToken(now: now) else { return false }
    credit -= interval
    return true
  }
}
