import Synchronization
import Testbed

/// Two threads, each on a CPU of its own, pass a word of memory back and forth, to learn how far apart their
/// caches are.
///
/// Cores that share a last-level cache pass it in 20 to 70 ns. A cloud may put a guest's CPUs on cores that
/// share none, whatever it says of them, and others a few seconds later: then each way takes 90 ns and more.
final class Rally: Sendable {
  enum Side { case serving, returning }

  /// Nanoseconds from which on a way leads through no shared cache.
  static let farFrom = 85.0

  /// Strokes of a game, those of a stretch, and stretches: the first makes the two meet, and of the others the
  /// shortest counts, as interrupts fall into some.
  private static let game = 128
  private static let stretch = 10
  private static let stretches = 5
  /// Nanoseconds that either waits for the other.
  private static let patience: UInt64 = 60_000

  /// The stroke that was made last. They are counted on from game to game, so that none is taken for one of a
  /// game that was broken off.
  private let ball = Atomic(0)

  /// Plays a game, which both have agreed to begin about now; nanoseconds of a way, of whoever serves, if the
  /// other was there.
  func play(_ number: Int, _ side: Side) -> Double? {
    var stroke = number * Self.game
    var shortest: UInt64?
    for stretch in 0..<Self.stretches {
      let start = Deadline.now
      for _ in 0..<Self.stretch {
        if side == .serving { ball.store(stroke + 1, ordering: .releasing) }
        guard hasCome(stroke + (side == .serving ? 2 : 1)) else { return nil }
        if side == .returning { ball.store(stroke + 2, ordering: .releasing) }
        stroke += 2
      }
      if stretch > 0 { shortest = min(shortest ?? .max, Deadline.now - start) }
    }
    guard side == .serving, let shortest else { return nil }
    return Double(shortest) / Double(2 * Self.stretch)
  }

  /// Looks at the clock once in a while only, as that takes as long as a stroke.
  private func hasCome(_ stroke: Int) -> Bool {
    var deadline: UInt64?
    while true {
      for _ in 0..<100 where ball.load(ordering: .acquiring) == stroke { return true }
      let now = Deadline.now
      if now > deadline ?? .max { return false }
      deadline = deadline ?? now + Self.patience
    }
  }
}
