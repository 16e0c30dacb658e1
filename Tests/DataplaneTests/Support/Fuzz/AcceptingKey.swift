@testable import Dataplane

/// A cipher that changes nothing and takes any tag: what stands behind the tag is reached by bytes that
/// nobody with a key has made.
///
/// It holds the sealer to what a cipher relies on: a key is there and for this direction, lengths fit, and
/// counters under a key only grow.
struct AcceptingKey: AEAD {
  static var footprint: Int { 64 }

  // Offsets in the memory.
  private static let direction = 0
  private static let nextCounter = 8

  private let memory: Bytes

  init(_ memory: Bytes) {
    precondition(memory.count == Self.footprint)
    self.memory = memory
  }

  func setKey(_ key: Secret, cipher: Cipher, direction: KeyDirection) {
    precondition(key.count == 32 && memory[Self.direction] == 0, "a key over a key")
    memory[Self.direction] = direction.rawValue
    memory.put(le64: 0, Self.nextCounter)
  }

  func seal(_ plaintext: Bytes, into ciphertext: Bytes, nonce: Nonce, additional: Bytes) {
    precondition(memory[Self.direction] == KeyDirection.sealing.rawValue, "no key to seal with")
    precondition(nonce.counter >= memory.le64(Self.nextCounter), "a nonce serves twice")
    memory.put(le64: nonce.counter + 1, Self.nextCounter)
    copy(plaintext, ciphertext, additional)
    ciphertext.dropFirst(plaintext.count).zero(0, Self.tag)
  }

  func open(
    _ ciphertext: Bytes, into plaintext: Bytes, nonce: Nonce, additional: Bytes
  ) -> Bool {
    precondition(memory[Self.direction] == KeyDirection.opening.rawValue, "no key to open with")
    copy(ciphertext.slice(0, ciphertext.count - Self.tag), plaintext, additional)
    return true
  }

  func wipe() { memory.zero(0, memory.count) }

  /// As a cipher does: in place, or from memory that does not overlap.
  private func copy(_ source: Bytes, _ target: Bytes, _ additional: Bytes) {
    precondition(additional.count == DatagramHeader.size)
    precondition(target.count == source.count || target.count == source.count + Self.tag)
    if target.base == source.base { return }
    precondition(target.end <= source.base || source.end <= target.base, "runs overlap")
    target.copy(source, to: 0)
  }
}
