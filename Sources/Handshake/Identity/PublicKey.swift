/// The public half of a host's identity: an X25519 key (RFC 7748).
package struct PublicKey: Hashable, Sendable {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// nil unless there are 32 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }
}

extension PublicKey: CustomStringConvertible {
  /// Reads what ``description`` writes, and nothing else: no spaces, no other spelling of the same key.
  package init(parsing text: String) throws(PublicKeyError) {
    let count = text.utf8.count
    guard count == KeyText.textCount else { throw .length(count) }
    var key = [UInt8](repeating: 0, count: KeyText.keyCount)
    let isKey = Array(text.utf8).withUnsafeBytes { text in
      key.withUnsafeMutableBytes { KeyText.read(text, to: $0) }
    }
    guard isKey, let parsed = PublicKey(bytes: key) else { throw .notBase64 }
    self = parsed
  }

  /// Base64 (RFC 4648, section 4): 44 characters, of which the last is "=".
  package var description: String {
    var text = [UInt8](repeating: 0, count: KeyText.textCount)
    bytes.withUnsafeBytes { key in text.withUnsafeMutableBytes { KeyText.write(key, to: $0) } }
    return String(decoding: text, as: UTF8.self)
  }
}
