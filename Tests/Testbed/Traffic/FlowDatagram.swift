/// A test datagram: which flow, which number, and a checksum over all of it.
///
/// Layout: flow (32 bits), checksum (32), number (64), filler up to its length.
package enum FlowDatagram {
  /// Bytes of the fields.
  package static let shortest = 16

  package static func write(flow: UInt32, number: UInt64, into bytes: UnsafeMutableRawBufferPointer)
  {
    bytes.storeBytes(of: flow, as: UInt32.self)
    bytes.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
    bytes.storeBytes(of: number, toByteOffset: 8, as: UInt64.self)
    let sum = checksum(UnsafeRawBufferPointer(bytes))
    bytes.storeBytes(of: sum, toByteOffset: 4, as: UInt32.self)
  }

  /// The flow and number; nil where a byte is not as it was written.
  package static func read(_ bytes: UnsafeRawBufferPointer) -> (flow: UInt32, number: UInt64)? {
    guard bytes.count >= shortest else { return nil }
    let sum = bytes.load(fromByteOffset: 4, as: UInt32.self)
    guard checksum(bytes) == sum else { return nil }
    return (bytes.load(as: UInt32.self), bytes.load(fromByteOffset: 8, as: UInt64.self))
  }

  /// A mix of length and 64-bit words, the checksum's own place taken as zero.
  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var sum = UInt64(bytes.count) &+ UInt64(bytes.load(as: UInt32.self)) &* 0x9e37_79b9_7f4a_7c15
    for offset in stride(from: 8, to: bytes.count & ~7, by: 8) {
      sum = (sum ^ bytes.load(fromByteOffset: offset, as: UInt64.self)) &* 0xff51_afd7_ed55_8ccd
      sum ^= sum >> 29
    }
    for offset in (bytes.count & ~7)..<bytes.count {
      sum = (sum ^ UInt64(bytes[offset])) &* 0x100_0000_01b3
    }
    return UInt32(truncatingIfNeeded: sum ^ (sum >> 32))
  }
}
