extension UInt64 {
  /// Follows a count of the kernel's that has 32 bits: adds what it grew by since the last look.
  mutating func follow(_ count: UInt32) {
    self += UInt64(count &- UInt32(truncatingIfNeeded: self))
  }
}
