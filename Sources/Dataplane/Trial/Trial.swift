/// An operation of the walk that is made ready and can be repeated: to be measured by itself, without a
/// tunnel, without root, and instruction by instruction.
///
/// Nothing of this folder is on the path of a packet: it is for `Benchmarks`, which decides how often.
package struct Trial {
  private let body: (Int) -> Bool

  init<O: TrialOperation & ~Copyable>(_ operation: consuming O) {
    let box = Box(operation)
    body = { box.operation.perform($0) }
  }

  /// Makes so many turns of ``TrialKind/operations`` each; false where something came out that should
  /// not have, and figures mean nothing.
  package func run(turns: Int) -> Bool { body(turns) }

  private final class Box<O: TrialOperation & ~Copyable> {
    var operation: O
    init(_ operation: consuming O) { self.operation = operation }
  }
}

/// What a ``Trial`` repeats.
protocol TrialOperation: ~Copyable {
  /// One access for all turns, so that exclusivity is checked once and not in every turn.
  mutating func perform(_ turns: Int) -> Bool
}
