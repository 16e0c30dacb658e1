extension [UInt8] {
  /// A copy of a sealed datagram whose header has another number.
  func numbered(_ number: UInt64) -> [UInt8] {
    var copy = self
    for byte in 0..<8 { copy[8 + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
    return copy
  }

  /// The index by which a datagram, of data or of the handshake, names what its receiver knows.
  var receiver: ArraySlice<UInt8> { self[4..<8] }
}
