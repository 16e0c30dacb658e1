extension PublicKey {
  /// Reads the 44 characters of base64 that ``base64`` writes; nil for anything else.
  package init?(base64 text: some StringProtocol) {
    var key = [UInt8](repeating: 0, count: KeyText.keyCount)
    let isKey = Array(text.utf8).withUnsafeBytes { text in
      key.withUnsafeMutableBytes { KeyText.read(text, to: $0) }
    }
    guard isKey else { return nil }
    self.init(bytes: key)
  }

  /// The key as users pass it on.
  package var base64: String {
    var text = [UInt8](repeating: 0, count: KeyText.textCount)
    bytes.withUnsafeBytes { key in text.withUnsafeMutableBytes { KeyText.write(key, to: $0) } }
    return String(decoding: text, as: UTF8.self)
  }
}
