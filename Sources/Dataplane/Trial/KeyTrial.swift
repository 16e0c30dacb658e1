/// A cipher's library by itself, in one direction: a datagram's records sealed, or opened.
struct KeyTrial<Key: AEAD>: TrialOperation, ~Copyable {
  static var bytes: Int { 1400 }

  private let direction: KeyDirection
  private let sealing: Key
  private let opening: Key
  private let plaintext: Bytes
  private let ciphertext: Bytes
  private let opened: Bytes
  private let header: Bytes
  private var counter: UInt64 = 1
  private let slab: Slab

  init(_ cipher: Cipher, _ direction: KeyDirection) throws {
    try SealingBackend.prepare(for: cipher)
    var slab = try Slab(size: 1 << 16)
    self.direction = direction
    sealing = Key(slab.carve(Key.footprint))
    opening = Key(slab.carve(Key.footprint))
    plaintext = slab.carve(Self.bytes)
    ciphertext = slab.carve(Self.bytes + Key.tag)
    opened = slab.carve(Self.bytes)
    header = slab.carve(DatagramHeader.size)
    sealing.setKey(.ofTrial(), cipher: cipher, direction: .sealing)
    opening.setKey(.ofTrial(), cipher: cipher, direction: .opening)
    self.slab = slab
    seal(0)
  }

  deinit {
    sealing.wipe()
    opening.wipe()
  }

  private func seal(_ counter: UInt64) {
    sealing.seal(
      plaintext, into: ciphertext, nonce: Nonce(lane: 0, counter: counter), additional: header)
  }

  mutating func perform(_ turns: Int) -> Bool {
    if direction == .sealing {
      for _ in 0..<turns {
        seal(counter)
        counter &+= 1
      }
      return true
    }
    let nonce = Nonce(lane: 0, counter: 0)
    var authentic = 0
    for _ in 0..<turns
    where opening.open(ciphertext, into: opened, nonce: nonce, additional: header) {
      authentic &+= 1
    }
    return authentic == turns
  }
}
