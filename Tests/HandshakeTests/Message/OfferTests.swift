import Dataplane
import Testing

@testable import Handshake

@Suite struct OfferTests {
  @Test("An offer is laid out as documented, and read back")
  func layout() throws {
    var offer = Offer(
      lanes: 3, prefersChaCha: true, mtu: 0x1234, basePort: 0x5678, features: 0x9abc_def0)
    offer.index = 0x0102_0304
    #expect(hex(offer.encoded) == "01030301" + "3412" + "7856" + "f0debc9a" + "04030201")
    #expect(try Offer(decoding: offer.encoded) == offer)
    offer.ciphers = [.aes256GCM]
    #expect(offer.encoded[2] == 1)
    #expect(try Offer(decoding: offer.encoded) == offer)
    offer.ciphers = [.chaCha20Poly1305]
    #expect(offer.encoded[2] == 2)
    #expect(try Offer(decoding: offer.encoded) == offer)
  }

  @Test("Later versions may add bytes, ciphers, flags and features")
  func later() throws {
    let bytes = bytes(hex: "0101ffff" + "8c05" + "bcca" + "ffffffff" + "01000000")
    let offer = try Offer(decoding: bytes)
    #expect(offer.ciphers == Set(Cipher.allCases))
    #expect(offer.prefersChaCha)
    #expect(offer.features == .max)
    for more in [1, 7, Offer.maximumSize - 16] {
      #expect(try Offer(decoding: bytes + [UInt8](repeating: 0xee, count: more)) == offer)
    }
  }

  @Test(
    "An offer that cannot be is refused",
    arguments: [
      ("0201030000000100000000000100000000", Drop.version),
      ("00010300000001000000000001000000", .version),
      // No lane, no index, port 0, a last lane beyond port 65,535.
      ("01000300000001000000000001000000", .malformed),
      ("01010300000001000000000000000000", .malformed),
      ("01010300000000000000000001000000", .malformed),
      ("0102030000" + "00ffff" + "0000000001000000", .malformed),
      // Cut short.
      ("010103000000010000000000010000", .malformed), ("", .malformed),
      ("01010300000001000000000001000000" + String(repeating: "00", count: 113), .malformed),
    ])
  func malformed(text: String, drop: Drop) {
    #expect(throws: drop) { try Offer(decoding: bytes(hex: text)) }
  }

  @Test(
    "Both sides choose the same cipher",
    arguments: [
      (
        [Cipher.aes256GCM, .chaCha20Poly1305], false, [Cipher.aes256GCM, .chaCha20Poly1305], false,
        Cipher?.some(.aes256GCM)
      ),
      (
        [.aes256GCM, .chaCha20Poly1305], true, [.aes256GCM, .chaCha20Poly1305], false,
        .chaCha20Poly1305
      ),
      (
        [.aes256GCM, .chaCha20Poly1305], true, [.aes256GCM, .chaCha20Poly1305], true,
        .chaCha20Poly1305
      ),
      ([.aes256GCM], false, [.aes256GCM, .chaCha20Poly1305], false, .aes256GCM),
      ([.chaCha20Poly1305], false, [.aes256GCM, .chaCha20Poly1305], false, .chaCha20Poly1305),
      ([.aes256GCM], false, [.chaCha20Poly1305], false, nil),
      ([.aes256GCM], false, [.aes256GCM, .chaCha20Poly1305], true, nil),
      ([.aes256GCM, .chaCha20Poly1305], false, [], false, nil),
    ] as [([Cipher], Bool, [Cipher], Bool, Cipher?)])
  func cipher(
    ciphers: [Cipher], prefers: Bool, otherCiphers: [Cipher], otherPrefers: Bool, choice: Cipher?
  ) {
    let one = Offer(
      lanes: 1, ciphers: Set(ciphers), prefersChaCha: prefers, mtu: 1_400, basePort: 1)
    let other = Offer(
      lanes: 1, ciphers: Set(otherCiphers), prefersChaCha: otherPrefers, mtu: 1_400, basePort: 1)
    #expect(Offer.commonCipher(one, other) == choice)
    #expect(Offer.commonCipher(other, one) == choice)
  }
}
