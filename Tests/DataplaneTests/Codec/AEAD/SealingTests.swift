import Crypto
import Foundation
import Testing

@testable import Dataplane

@Suite("Sealing and opening")
struct SealingTests {
  let key = Payload.random(32, seed: 11)
  let nonce = Nonce(lane: 3, counter: 0x0102_0304_0506_0708)
  let head = Payload.random(16, seed: 12)
  let text = Payload.text(100)

  /// What another implementation, BoringSSL in swift-crypto, makes of it.
  func reference(_ cipher: Cipher, _ plaintext: [UInt8], _ nonce: Nonce) throws -> [UInt8] {
    let key = SymmetricKey(data: key)
    switch cipher {
    case .aes256GCM:
      let box = try AES.GCM.seal(
        plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce.bytes), authenticating: head)
      return [UInt8](box.ciphertext + box.tag)
    case .chaCha20Poly1305:
      let box = try ChaChaPoly.seal(
        plaintext, using: key, nonce: ChaChaPoly.Nonce(data: nonce.bytes), authenticating: head)
      return [UInt8](box.ciphertext + box.tag)
    }
  }

  @Test("A nonce is the lane and the counter, both little-endian")
  func nonceLayout() {
    #expect(nonce.bytes == [3, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1])
    #expect(Nonce(nonce.bytes) == nonce)
  }

  @Test(
    "Every length up to a datagram's, and long ones, are as another implementation has them",
    arguments: SealingLibrary.all)
  func lengths(_ library: SealingLibrary) throws {
    let sealing = library.key(key, .sealing)
    let opening = library.key(key, .opening)
    for length in Array(0...1_500) + [9_000, 16_384, 65_000] {
      let text = Payload.pattern(length)
      let nonce = Nonce(lane: 1, counter: UInt64(length))
      let sealed = sealing.seal(text, nonce, head)
      #expect(try sealed == reference(library.cipher, text, nonce), "\(length)")
      #expect(sealing.seal(text, nonce, head, inPlace: true) == sealed, "\(length)")
      #expect(opening.open(sealed, nonce, head) == text, "\(length)")
      #expect(opening.open(sealed, nonce, head, inPlace: true) == text, "\(length)")
    }
  }

  @Test("What one library seals, the other opens", arguments: SealingLibrary.pairs)
  func libraries(_ first: SealingLibrary, _ second: SealingLibrary) {
    let sealing = first.key(key, .sealing)
    let opening = second.key(key, .opening)
    for length in [0, 1, 15, 16, 17, 64, 100, 256, 1_024, 1_400, 1_500, 65_000] {
      for additional in [0, 1, 12, 16, 17, 64] {
        let text = Payload.random(length, seed: UInt64(length))
        let head = Payload.random(additional, seed: UInt64(additional))
        let nonce = Nonce(lane: UInt32(additional), counter: UInt64(length))
        #expect(opening.open(sealing.seal(text, nonce, head), nonce, head) == text)
      }
    }
  }

  @Test("A flipped bit, wherever it is, is noticed", arguments: SealingLibrary.all)
  func flippedBits(_ library: SealingLibrary) {
    let opening = library.key(key, .opening)
    let sealed = library.key(key, .sealing).seal(text, nonce, head)
    func flipped(_ bytes: [UInt8]) -> [[UInt8]] {
      (0..<(bytes.count * 8)).map { bit in
        var bytes = bytes
        bytes[bit / 8] ^= 1 << (bit % 8)
        return bytes
      }
    }
    for forged in flipped(sealed) { #expect(opening.open(forged, nonce, head) == nil) }
    for forged in flipped(head) { #expect(opening.open(sealed, nonce, forged) == nil) }
    for forged in flipped(nonce.bytes) {
      #expect(opening.open(sealed, Nonce(forged), head) == nil)
    }
    for forged in flipped(key) {
      #expect(library.key(forged, .opening).open(sealed, nonce, head) == nil)
    }
    // After all those failures the key is still as good as before.
    #expect(opening.open(sealed, nonce, head) == text)
  }

  @Test("A datagram cut short or drawn out is refused", arguments: SealingLibrary.all)
  func otherLengths(_ library: SealingLibrary) {
    let opening = library.key(key, .opening)
    let sealed = library.key(key, .sealing).seal(text, nonce, head)
    for length in sealed.indices {
      #expect(opening.open(Array(sealed.prefix(length)), nonce, head) == nil, "\(length)")
    }
    #expect(opening.open(sealed + [0], nonce, head) == nil)
    #expect(opening.open(sealed, nonce, head + [0]) == nil)
    #expect(opening.open(sealed, nonce, Array(head.dropLast())) == nil)
  }

  @Test("A new key takes the old one's place", arguments: SealingLibrary.all)
  func newKey(_ library: SealingLibrary) {
    let sealing = library.key(key, .sealing)
    let opening = library.key(key, .opening)
    let old = sealing.seal(text, nonce, head)
    let other = Payload.random(32, seed: 13)
    sealing.set(other)
    #expect(opening.open(sealing.seal(text, nonce, head), nonce, head) == nil)
    opening.set(other)
    #expect(opening.open(sealing.seal(text, nonce, head), nonce, head) == text)
    #expect(opening.open(old, nonce, head) == nil)
  }

  @Test("A wiped key leaves nothing in its memory", arguments: SealingLibrary.all)
  func wiped(_ library: SealingLibrary) {
    for direction in [KeyDirection.sealing, .opening] {
      let key = library.key(key, direction)
      if direction == .sealing {
        _ = key.seal(text, nonce, head)
      } else {
        _ = key.open(text, nonce, head)
      }
      #expect(!key.memory.copied().allSatisfy { $0 == 0 })
      key.key.wipe()
      #expect(key.memory.copied().allSatisfy { $0 == 0 })
      // Once more is harmless, and a new key may come.
      key.key.wipe()
      key.set(self.key)
    }
  }

  @Test("A key that was wiped seals nothing", arguments: SealingLibrary.all.indices)
  func wipedKeyTraps(_ index: Int) async {
    await #expect(processExitsWith: .failure) { [index] in
      let key = SealingLibrary.all[index].key([UInt8](repeating: 1, count: 32), .sealing)
      key.key.wipe()
      _ = key.seal([1, 2, 3], Nonce(lane: 0, counter: 0), [])
    }
  }

  @Test("A key to open with seals nothing", arguments: SealingLibrary.all.indices)
  func wrongDirectionTraps(_ index: Int) async {
    await #expect(processExitsWith: .failure) { [index] in
      let key = SealingLibrary.all[index].key([UInt8](repeating: 1, count: 32), .opening)
      _ = key.seal([1, 2, 3], Nonce(lane: 0, counter: 0), [])
    }
  }

  @Test("The libraries are ready and say what they are", arguments: Cipher.allCases)
  func description(_ cipher: Cipher) throws {
    try SealingBackend.prepare(for: cipher)
    let description = SealingBackend.description(for: cipher)
    let usesIPSecMB = cipher == .aes256GCM && AESBackend.self != EVPKey.self
    #expect(description.hasPrefix(usesIPSecMB ? "libipsec-mb " : "libcrypto "))
    #expect(description.contains { $0.isNumber })
  }

  @Test("The kernel sees the same instructions in the CPU")
  func instructions() throws {
    let features = try KernelCPU.features()
    let multiplies = features.contains("pclmulqdq") || features.contains("pmull")
    #expect(Cipher.hasAESInstructions == (features.contains("aes") && multiplies))
  }
}
