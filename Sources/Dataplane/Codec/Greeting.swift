/// A control record that tells the peer what this side is (until the handshake does).
///
/// Body: `lanes:8, flags:8, mtu:16`; flag 1 asks for a greeting in return.
enum Greeting {
  static let what: UInt8 = 1
  static let length = 4
  static let wantsAnswer: UInt8 = 1

  /// Writes the whole record, ``Record/controlHeader`` and body, at the start of `bytes`.
  static func write(_ bytes: Bytes, lanes: Int, mtu: Int, wantsAnswer: Bool) {
    bytes[0] = Record.Kind.control
    bytes[1] = what
    bytes.put(le16: length, 2)
    bytes[4] = UInt8(truncatingIfNeeded: lanes)
    bytes[5] = wantsAnswer ? self.wantsAnswer : 0
    bytes.put(le16: mtu, 6)
  }
}
