/// The public half of a host's identity: an X25519 key (RFC 7748).
package struct PublicKey: Hashable, Sendable {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// nil unless there are 32 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads the 44 characters of base64 that ``base64`` writes; nil for anything else, also for another
  /// spelling of the same key.
  package init?(base64 text: some StringProtocol) {
    var key = [UInt8](repeating: 0, count: KeyText.keyCount)
    let isKey = Array(text.utf8).withUnsafeBytes { text in
      key.withUnsafeMutableBytes { KeyText.read(text, to: $0) }
    }
    guard isKey else { return nil }
    self.init(bytes: key)
  }

  /// The key as users pass it on (RFC 4648, section 4).
  package var base64: String {
    var text = [UInt8](repeating: 0, count: KeyText.textCount)
    bytes.withUnsafeBytes { key in text.withUnsafeMutableBytes { KeyText.write(key, to: $0) } }
    return String(decoding: text, as: UTF8.self)
  }
}

extension PublicKey: CustomStringConvertible {
  package var description: String { base64 }
}
