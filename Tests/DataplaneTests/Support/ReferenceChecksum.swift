/// The Internet checksum as RFC 1071 words it: slow, plain, and independent of the code under test.
enum ReferenceChecksum {
  /// The sum of big-endian 16-bit words; an odd last byte counts as the high one.
  static func sum(_ bytes: some Collection<UInt8>) -> UInt64 {
    var total: UInt64 = 0
    var isHigh = true
    for byte in bytes {
      total += isHigh ? UInt64(byte) << 8 : UInt64(byte)
      isHigh.toggle()
    }
    return total
  }

  static func fold(_ sum: UInt64) -> UInt16 {
    var folded = sum
    while folded > 0xffff { folded = (folded & 0xffff) + folded >> 16 }
    return UInt16(folded)
  }

  static func pseudoHeader(
    addresses: some Collection<UInt8>, transport: UInt8, length: Int
  ) -> UInt64 {
    sum(addresses) + UInt64(transport) + UInt64(length & 0xffff)
  }
}
