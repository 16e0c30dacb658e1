import Synchronization
import Testbed

/// What was measured so far: written by the run, and read by whoever reports it, at the end of the
/// run or in the middle of it.
final class Record: Sendable {
  struct State: Sendable {
    var results: [CaseResult] = []
    /// Measurements taken again because something disturbed them.
    var repeated = 0

    /// Those kept though disturbed.
    var keptDisturbed: Int {
      results.flatMap(\.rounds).flatMap(\.values).count { $0.disturbance.isTooMuch }
    }
  }

  private let state = Mutex(State())
  private let start = Deadline.now

  var now: State { state.withLock { $0 } }
  var elapsedSeconds: Double { Double(Deadline.now - start) / 1e9 }

  /// Begins with a case; what is noted from then on belongs to it.
  func begin(_ one: Case) { state.withLock { $0.results.append(CaseResult(of: one)) } }

  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  /// Changes what is known of the case that was begun last.
  func changeCase(_ body: (inout CaseResult) -> Void) {
    state.withLock { body(&$0.results[$0.results.count - 1]) }
  }
}
