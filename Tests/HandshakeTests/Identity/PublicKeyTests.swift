import Testing

@testable import Handshake

@Suite struct PublicKeyTests {
  @Test("A public key has 32 bytes", arguments: [0, 31, 33])
  func length(count: Int) {
    #expect(PublicKey(bytes: [UInt8](repeating: 1, count: count)) == nil)
    #expect(PublicKey(bytes: Identity().publicKey.bytes) != nil)
  }
}
