internal import CFastun

/// One lane's counters: written by its worker alone, read by anyone at any time.
@safe
package struct Counters: @unchecked Sendable {
  // @unchecked: the values are reached by relaxed atomic loads and stores only, and there is one writer.
  // SAFETY: a column of one value per case, allocated by `Forwarder` and freed with it, after its lanes.
  private let values: UnsafeMutablePointer<UInt64>

  init() {
    unsafe values = .allocate(capacity: Counter.allCases.count)
    unsafe values.initialize(repeating: 0, count: Counter.allCases.count)
  }

  func deallocate() { unsafe values.deallocate() }

  func add(_ counter: Counter, _ amount: Int = 1) {
    // SAFETY: an ordinal is below the number of cases.
    unsafe ft_add_relaxed(values + counter.ordinal, UInt64(truncatingIfNeeded: amount))
  }

  func set(_ counter: Counter, _ value: UInt64) {
    unsafe ft_store_relaxed(values + counter.ordinal, value)
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
