/// A control record that shows that the sender lives, and holds the keys of the session that it is sealed in.
///
/// Body: `flags:8`; flag 1 asks for one in return on every lane, which is sent without that flag.
enum KeepAlive {
  static let what: UInt8 = 2
  static let length = 1
  static let wantsAnswer: UInt8 = 1

  /// Writes the whole record, ``Record/controlHeader`` and body, at the start of `bytes`.
  static func write(_ bytes: Bytes, wantsAnswer: Bool) {
    bytes[0] = Record.Kind.control
    bytes[1] = what
    bytes.put(le16: length, 2)
    bytes[4] = wantsAnswer ? self.wantsAnswer : 0
  }
}
