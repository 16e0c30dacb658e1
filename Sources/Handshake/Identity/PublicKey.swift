/// The public half of a host's identity: an X25519 key (RFC 7748).
package struct PublicKey: Hashable, Sendable {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// nil unless there are 32 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads what ``description`` writes, and nothing else: no spaces, no other spelling of the same key.
  package init(parsing text: String) throws(PublicKeyError) {
    guard text.utf8.count == Base64.keyLength else { throw .length(text.utf8.count) }
    guard let bytes = Base64.key(text) else { throw .notBase64 }
    self.bytes = bytes
  }
}

extension PublicKey: CustomStringConvertible {
  /// Base64 (RFC 4648 section 4): 44 characters, of which the last is "=".
  package var description: String { Base64.text(bytes) }
}
