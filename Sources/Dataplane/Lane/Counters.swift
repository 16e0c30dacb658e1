internal import CFastun

/// One lane's counters: written by its worker alone, read by anyone at any time.
@safe
package struct Counters: @unchecked Sendable {
  // @unchecked: the values are reached by relaxed atomic loads and stores only, and there is one writer.
  // SAFETY: a column of one value per case, and one more, allocated by `Forwarder` and freed with it, after its lanes.
  private let values: UnsafeMutablePointer<UInt64>

  init() {
    unsafe values = .allocate(capacity: Counter.allCases.count + 1)
    unsafe values.initialize(repeating: 0, count: Counter.allCases.count + 1)
  }

  func deallocate() { unsafe values.deallocate() }

  func add(_ counter: Counter, _ amount: Int = 1) {
    // SAFETY: an ordinal is below the number of cases.
    unsafe ft_add_relaxed(values + counter.ordinal, UInt64(truncatingIfNeeded: amount))
  }

  func set(_ counter: Counter, _ value: UInt64) {
    unsafe ft_store_relaxed(values + counter.ordinal, value)
  }

  /// The errno of the newest ``Counter/dropSendError``; 0: there was none.
  package var sendError: Int32 {
    Int32(truncatingIfNeeded: unsafe ft_load_relaxed(values + Counter.allCases.count))
  }

  /// Counts datagrams that could not be sent, and keeps why.
  func fail(sends: Int, _ code: Int32) {
    add(.dropSendError, sends)
    // SAFETY: the value after the last case's.
    unsafe ft_store_relaxed(values + Counter.allCases.count, UInt64(truncatingIfNeeded: code))
  }

  package subscript(counter: Counter) -> UInt64 { unsafe ft_load_relaxed(values + counter.ordinal) }
}

extension Counter {
  /// The case's position in `allCases`; a table look-up would cost more than the count itself.
  var ordinal: Int {
    // SAFETY: an enum without payloads is its ordinal in one byte (a test compares with allCases).
    Int(unsafe unsafeBitCast(self, to: UInt8.self))
  }
}
