/// Offsets and flags of the TCP header (RFC 9293 §3.1, RFC 3168 §6.1).
enum TCPHeader {
  static let sequence = 4
  static let acknowledgement = 8
  /// The header's length, reserved bits, and AE (RFC 9768 §3.1).
  static let moreFlags = 12
  static let flags = 13
  static let window = 14
  static let options = 20

  static let fin: UInt8 = 0x01
  static let syn: UInt8 = 0x02
  static let rst: UInt8 = 0x04
  static let psh: UInt8 = 0x08
  static let urg: UInt8 = 0x20
  static let cwr: UInt8 = 0x80
  /// Of a super-packet's segments the last one alone has these, as the first one alone has ``cwr``.
  static let lastOnly = fin | psh

  /// Makes a super-packet's TCP header that of its segment so many payload bytes on.
  static func advance(_ tcp: Bytes, by count: Int) {
    tcp.put(u32: tcp.u32(sequence) &+ UInt32(truncatingIfNeeded: count), sequence)
    tcp[flags] &= ~cwr
  }
}
