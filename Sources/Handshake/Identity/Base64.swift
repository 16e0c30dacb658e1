/// Base64 of keys of 32 bytes (RFC 4648 section 4).
enum Base64 {
  /// 32 bytes are 43 characters of six bits, the last of them with two to spare, and one "=".
  static let keyLength = 44

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ key: [UInt8]) -> String {
    precondition(key.count == 32)
    // A zero byte more makes eleven whole groups; its character gives way to the padding.
    let groups = key + [0]
    let text = stride(from: 0, to: groups.count, by: 3).flatMap { at in
      let group = groups[at..<at + 3].reduce(0) { $0 << 8 | Int($1) }
      return (0..<4).map { digits[group >> (18 - 6 * $0) & 63] }
    }
    return String(decoding: text.dropLast(), as: UTF8.self) + "="
  }

  /// nil unless `text` is what ``text(_:)`` would write.
  static func key(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for character in text.utf8.dropLast() {
      guard let digit = digits.firstIndex(of: character) else { return nil }
      bits = bits << 6 | digit
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        bits &= (1 << count) - 1
      }
    }
    // The spare bits are zeros, or one key would have four spellings.
    guard text.utf8.last == UInt8(ascii: "="), bytes.count == 32, bits == 0 else { return nil }
    return bytes
  }
}
