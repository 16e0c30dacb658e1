import Crypto

/// A public key short enough to be read out on the telephone: 80 bits of its hash.
///
/// To find another key with the fingerprint of a given one takes about 2^80 key pairs.
package struct Fingerprint: Hashable, Sendable {
  private static let size = 10

  /// 10 bytes.
  private let bytes: [UInt8]

  package init(_ key: PublicKey) {
    // The prefix keeps these hashes apart from all others that are made of keys.
    bytes = Array(
      SHA256.hash(data: Array("fastun fingerprint 1".utf8) + key.bytes).prefix(Self.size))
  }
}

extension Fingerprint: CustomStringConvertible {
  /// Base32 (RFC 4648 section 6) in four groups: `ABCD-EFGH-IJKL-MNOP`.
  package var description: String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    let groups = stride(from: 0, to: Self.size * 8, by: 20).map { bit in
      // Four digits are 20 bits: they start at a byte's first or fifth bit and end within two more.
      let word = bytes[bit / 8..<bit / 8 + 3].reduce(0) { $0 << 8 | Int($1) }
      let group = word >> (4 - bit % 8) & 0xf_ffff
      return String(decoding: (0..<4).map { digits[group >> (15 - 5 * $0) & 31] }, as: UTF8.self)
    }
    return groups.joined(separator: "-")
  }
}
