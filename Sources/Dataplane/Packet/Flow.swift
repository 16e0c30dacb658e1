/// A hash that names a flow: addresses, protocol and ports.
enum Flow {
  /// Mixes what identifies the flow of a parsed packet; equal for all packets of a flow.
  static func hash(_ packet: Bytes, _ headers: InnerHeaders) -> UInt32 {
    var mixed: UInt64 = UInt64(headers.transport)
    let start = headers.isIPv4 ? 12 : 8
    let words = headers.isIPv4 ? 1 : 4
    var index = 0
    while index < words {
      mixed = (mixed ^ packet.load(start &+ index &* 8, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
      index &+= 1
    }
    if headers.transportLength > 0 {
      mixed =
        (mixed ^ UInt64(packet.load(headers.networkLength, as: UInt32.self)))
        &* 0x9e37_79b9_7f4a_7c15
    }
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  /// Where a parsed packet's flow is among 2^`bits` places: by its hash's upper bits, which ports that follow
  /// each other change the most.
  static func place(_ packet: Bytes, _ headers: InnerHeaders, bits: Int) -> Int {
    Int(hash(packet, headers) &>> UInt32(truncatingIfNeeded: 32 &- bits))
  }
}
