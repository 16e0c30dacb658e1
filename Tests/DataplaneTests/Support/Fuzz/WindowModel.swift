/// What the replay window promises, said the slow way: each counter value is taken once, unless it is more
/// than 8,192 below the one that would come next.
struct WindowModel {
  private var next: UInt64 = 0
  private var taken: Set<UInt64> = []

  mutating func take(_ counter: UInt64) -> Bool {
    guard counter != .max, counter >= next || next - counter <= 8_192,
      taken.insert(counter).inserted
    else { return false }
    next = max(next, counter + 1)
    if taken.count > 30_000 { taken = taken.filter { next - $0 <= 8_192 } }
    return true
  }
}
