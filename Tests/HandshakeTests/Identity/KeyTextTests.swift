import Testing

@testable import Handshake

@Suite struct KeyTextTests {
  /// Bytes that reach every bit of every symbol, among them those of '+' and '/'.
  private static let bytes = (0..<32).map { UInt8(truncatingIfNeeded: 255 - $0 * 37) }
  private static let text = "/9q1kGtGIfzXso1oQx751K+KZUAb9tGsh2I9GPPOqYQ="

  @Test func bothWays() throws {
    let key = try #require(PublicKey(bytes: Self.bytes))
    #expect(key.description == Self.text)
    #expect(try PublicKey(parsing: Self.text) == key)
    for byte: UInt8 in [0, 0xff] {
      let key = try #require(PublicKey(bytes: [UInt8](repeating: byte, count: 32)))
      #expect(try PublicKey(parsing: key.description) == key)
    }
  }

  private static let others: [String] = [
    "", "=", "\(text.dropLast())", "\(text)=", " \(text)", "\(text)\n", "é\(text.dropFirst(2))",
    "\(text.dropLast(2))R=", "\(text.dropLast(2))==", "\(text.dropLast())A",
    "-\(text.dropFirst())", "_\(text.dropFirst())", "=\(text.dropFirst())",
  ]

  @Test("A key has one text only", arguments: others)
  func malformed(text: String) {
    #expect(throws: PublicKeyError.self) { try PublicKey(parsing: text) }
  }
}

@Suite struct FingerprintTests {
  @Test("Fingerprints do not change from version to version")
  func known() throws {
    let key = try #require(PublicKey(bytes: (0..<32).map { UInt8($0) }))
    #expect(Fingerprint(key).description == "UYDR-ICEM-36TN-DGW6")
    let other = try #require(PublicKey(bytes: (1..<33).map { UInt8($0) }))
    #expect(Fingerprint(other) != Fingerprint(key))
  }
}
