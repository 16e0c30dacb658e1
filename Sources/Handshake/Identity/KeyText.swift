/// The text of 32 bytes of key: base64 (RFC 4648, section 4), 44 characters of which the last is '='.
///
/// Between buffers of the caller, so that a secret leaves no copy that nobody wipes.
package enum KeyText {
  package static let keyCount = 32
  package static let textCount = 44

  /// Writes the text of `key` (32 bytes) to `text` (44 bytes).
  package static func write(_ key: UnsafeRawBufferPointer, to text: UnsafeMutableRawBufferPointer) {
    precondition(key.count == keyCount && text.count == textCount)
    var pending: UInt32 = 0
    var bits = 0
    var end = 0
    for byte in key {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text[end] = symbol(UInt8(pending >> bits & 0x3f))
        end += 1
      }
    }
    // 256 bits are 42 symbols and 4 bits, which two zeros make a symbol.
    text[end] = symbol(UInt8(pending << (6 - bits) & 0x3f))
    text[end + 1] = UInt8(ascii: "=")
  }

  /// Reads `text` into `key` (32 bytes). False for anything but the one text that a key has.
  package static func read(
    _ text: UnsafeRawBufferPointer, to key: UnsafeMutableRawBufferPointer
  ) -> Bool {
    precondition(key.count == keyCount)
    guard text.count == textCount, text[textCount - 1] == UInt8(ascii: "=") else { return false }
    var pending: UInt32 = 0
    var bits = 0
    var end = 0
    for symbol in text.dropLast() {
      guard let value = value(symbol) else { return false }
      pending = pending << 6 | UInt32(value)
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      key[end] = UInt8(truncatingIfNeeded: pending >> bits)
      end += 1
    }
    return pending & 0x3 == 0
  }

  private static func symbol(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  private static func value(_ symbol: UInt8) -> UInt8? {
    switch symbol {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): symbol - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
