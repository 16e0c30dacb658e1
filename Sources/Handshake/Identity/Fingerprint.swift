internal import Crypto

/// A public key in a form that people can compare by eye, or read out on the telephone:
/// `ABCD-EFGH-IJKL-MNOP`, 80 bits.
package struct Fingerprint: Hashable, Sendable {
  private let text: String

  /// The first 80 bits of SHA-256("fastun fingerprint 1" ‖ key) in base32 (RFC 4648, section 6).
  package init(_ key: PublicKey) {
    var hash = SHA256()
    hash.update(data: Array("fastun fingerprint 1".utf8))
    hash.update(data: key.bytes)
    var text = ""
    var pending: UInt32 = 0
    var bits = 0
    for byte in hash.finalize().prefix(10) {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        if text.utf8.count % 5 == 4 { text += "-" }
        text.unicodeScalars.append(Self.symbol(UInt8(pending >> bits & 0x1f)))
      }
    }
    self.text = text
  }

  private static func symbol(_ value: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(value < 26 ? UInt8(ascii: "A") + value : UInt8(ascii: "2") + value - 26)
  }
}

extension Fingerprint: CustomStringConvertible {
  package var description: String { text }
}
