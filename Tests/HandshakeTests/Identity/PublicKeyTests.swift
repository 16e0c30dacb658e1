import Testing

@testable import Handshake

@Suite struct PublicKeyTests {
  @Test("A public key has 32 bytes", arguments: [0, 31, 33])
  func length(count: Int) {
    #expect(PublicKey(bytes: [UInt8](repeating: 1, count: count)) == nil)
    #expect(PublicKey(bytes: Identity().publicKey.bytes) != nil)
  }

  @Test("A public key is written as base64 and read back")
  func text() throws {
    let key = try #require(PublicKey(bytes: 0..<32))
    #expect("\(key)" == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    for _ in 0..<100 {
      let key = Identity().publicKey
      #expect(try PublicKey(parsing: "\(key)") == key)
    }
  }

  @Test(
    "A text that is no public key is refused, with the reason",
    arguments: [
      ("", PublicKeyError.length(0)),
      ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", .length(43)),
      (" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", .length(45)),
      // A character of another alphabet, and of none.
      ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh-=", .notBase64),
      ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHé=", .notBase64),
      // 33 bytes, 31 bytes, and the same key spelt with other spare bits.
      ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A", .notBase64),
      ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", .notBase64),
      ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", .notBase64),
    ])
  func malformed(text: String, error: PublicKeyError) {
    #expect(throws: error) { try PublicKey(parsing: text) }
    #expect("\(error)".hasPrefix("a public key"))
  }

  @Test(
    "A fingerprint is 80 bits of a hash in base32",
    arguments: [
      ([UInt8](0..<32), "UYDR-ICEM-36TN-DGW6"),
      ([UInt8](repeating: 255, count: 32), "FKM5-ROQQ-33OF-IKJ6"),
    ])
  func fingerprint(bytes: [UInt8], text: String) throws {
    #expect("\(Fingerprint(try #require(PublicKey(bytes: bytes))))" == text)
  }
}
