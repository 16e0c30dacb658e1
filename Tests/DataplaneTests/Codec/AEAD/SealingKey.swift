@testable import Dataplane

/// A key in memory of its own, over arrays.
///
/// What is passed to it ends where the readable memory ends: a library that reads or writes a byte further,
/// on either side of what it was given, is found out.
final class SealingKey {
  let library: SealingLibrary
  let memory: Bytes
  let key: any AEAD
  private let direction: KeyDirection
  // Room for the longest datagram each.
  private let input = GuardedMemory()
  private let output = GuardedMemory()
  private let head = GuardedMemory()

  init(_ library: SealingLibrary, _ bytes: [UInt8], _ direction: KeyDirection) {
    self.library = library
    self.direction = direction
    let size = library.type.footprint
    let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    memory = Bytes(raw, count: size)
    memory.zero(0, size)
    key = library.type.init(memory)
    set(bytes)
  }

  deinit {
    key.wipe()
    memory.base.deallocate()
  }

  func set(_ bytes: [UInt8]) {
    key.setKey(
      bytes.withUnsafeBytes { Secret($0) }, cipher: library.cipher, direction: direction)
  }

  func seal(
    _ plaintext: [UInt8], _ nonce: Nonce, _ additional: [UInt8], inPlace: Bool = false
  ) -> [UInt8] {
    let sealed = output.place([UInt8](repeating: 0xa5, count: plaintext.count + 16))
    if inPlace {
      let text = sealed.slice(0, plaintext.count)
      withBytes(plaintext) { text.copy($0, to: 0) }
      key.seal(text, into: sealed, nonce: nonce, additional: head.place(additional))
    } else {
      let text = input.place(plaintext)
      key.seal(text, into: sealed, nonce: nonce, additional: head.place(additional))
      precondition(text.copied() == plaintext && input.isIntact, "the input was written to")
    }
    precondition(output.isIntact && head.isIntact, "something was written outside of its memory")
    return sealed.copied()
  }

  func open(
    _ sealed: [UInt8], _ nonce: Nonce, _ additional: [UInt8], inPlace: Bool = false
  ) -> [UInt8]? {
    let ciphertext = input.place(sealed)
    let length = max(sealed.count - 16, 0)
    let text =
      inPlace
      ? ciphertext.slice(0, length) : output.place([UInt8](repeating: 0xa5, count: length))
    let isAuthentic = key.open(
      ciphertext, into: text, nonce: nonce, additional: head.place(additional))
    precondition(
      input.isIntact && output.isIntact && head.isIntact,
      "something was written outside of its memory")
    if isAuthentic { return text.copied() }
    // What nobody vouches for must not lie about; where there was no tag at all, nothing was written.
    precondition(sealed.count < 16 || text.copied().allSatisfy { $0 == 0 }, "plaintext was left")
    return nil
  }
}
