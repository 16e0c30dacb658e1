import Synchronization

/// How many were looked at, and how many of them had what was looked for.
struct Tally: Equatable, Sendable {
  var all = 0
  var found = 0

  /// Part of them, from 0 to 1; nil where there was none.
  var share: Double? { all > 0 ? Double(found) / Double(all) : nil }

  static func - (later: Tally, earlier: Tally) -> Tally {
    Tally(all: later.all - earlier.all, found: later.found - earlier.found)
  }

  /// One that any thread may add to.
  final class Shared: Sendable {
    private let all = Atomic(0)
    private let found = Atomic(0)

    func add(found isFound: Bool) {
      all.add(1, ordering: .relaxed)
      if isFound { found.add(1, ordering: .relaxed) }
    }

    var value: Tally {
      Tally(all: all.load(ordering: .relaxed), found: found.load(ordering: .relaxed))
    }
  }
}
