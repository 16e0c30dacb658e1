/// Numbers of the wire, least significant byte first.
extension [UInt8] {
  mutating func append(little value: some FixedWidthInteger) {
    var rest = value
    for _ in 0..<value.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// The number that starts `offset` bytes after the start; the caller has checked that it is there.
  func little<Number: FixedWidthInteger>(_ offset: Int, as: Number.Type) -> Number {
    self[offset..<offset + Number.bitWidth / 8].reversed().reduce(0) { $0 << 8 | Number($1) }
  }
}
