internal import CFastun
internal import CLiburing

/// A ring that does nothing, in batches: what submitting, waiting and reaping cost by themselves.
struct RingTrial: TrialOperation, ~Copyable {
  static let batch = 32

  private var ring: Ring

  init() throws { ring = try Ring(entries: 128, completions: 256) }

  mutating func perform(_ turns: Int) -> Bool {
    var reaped = 0
    for _ in 0..<turns {
      for slot in 0..<Self.batch { ring.nop(slot: slot) }
      guard ring.submitAndWait(Self.batch) == 0 else { return false }
      while let completion = ring.next() { reaped &+= completion.result == 0 ? 1 : 0 }
    }
    return reaped == turns * Self.batch
  }
}

extension Ring {
  /// An operation that does nothing, and completes.
  fileprivate mutating func nop(slot: Int) {
    let entry = unsafe entry()
    unsafe io_uring_prep_nop(entry)
    unsafe entry.pointee.user_data = UInt64(slot)
  }
}
