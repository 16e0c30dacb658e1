/// One session in one lane: a slot of the lane's ``AEADSealer`` with the keys of one handshake.
struct Session {
  /// What the peer's datagrams name it by; 0: the slot is free.
  var localIndex: UInt32 = 0
  /// What our datagrams name it by.
  var remoteIndex: UInt32 = 0
  /// Whether the peer is known to hold the keys: only then is it sent under.
  var isProven = false
  /// The counter of the next datagram sent.
  var counter: UInt64 = 0
  /// The how manieth session of the lane it is.
  var number = 0
  var sealing: DirectionKey
  var opening: DirectionKey
  var window: ReplayWindow

  /// No lane seals more datagrams than these under one key. A new handshake is asked for at 2²⁸ of all
  /// lanes together, so this is never reached while the peer answers; RFC 9001, appendix B.1.1, lets
  /// AES-GCM seal 2²⁸ packets of 2¹¹ bytes for an attacker's advantage of 2⁻⁵⁷, and this is far below
  /// the 2⁶⁴ nonces that a lane has.
  static let hardStop: UInt64 = 1 << 30
  /// Counters that must be left for a frame to be taken: more than one frame makes datagrams.
  static let margin: UInt64 = 1 << 17

  static let footprint = 2 * DirectionKey.footprint + ReplayWindow.footprint + 3 * 64

  init(_ memory: Bytes) {
    precondition(memory.count >= Self.footprint)
    func aligned(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
    let key = aligned(DirectionKey.footprint)
    sealing = DirectionKey(memory.slice(0, DirectionKey.footprint))
    opening = DirectionKey(memory.slice(key, DirectionKey.footprint))
    window = ReplayWindow(memory.slice(2 * key, ReplayWindow.footprint))
  }

  var isFree: Bool { localIndex == 0 }

  /// Whether its counters reach for one more frame.
  var hasCounters: Bool { counter &+ Self.margin <= Self.hardStop }

  /// Takes a handshake's keys; the slot was free.
  mutating func begin(_ keys: SessionKeys, number: Int) {
    precondition(isFree)
    localIndex = keys.localIndex
    remoteIndex = keys.remoteIndex
    isProven = keys.isProven
    counter = 0
    self.number = number
    sealing.set(keys.sending, keys.cipher, .sealing)
    opening.set(keys.receiving, keys.cipher, .opening)
    window.reset()
  }

  /// Forgets the keys.
  mutating func wipe() {
    sealing.wipe()
    opening.wipe()
    localIndex = 0
    remoteIndex = 0
    isProven = false
  }
}

/// The key of one direction of a session, for either cipher.
///
/// Which one is a flag that each datagram looks at, and always finds the same.
struct DirectionKey {
  private var aes: AESBackend
  private var chacha: EVPKey
  private var isAES = true

  private static let aesFootprint = (AESBackend.footprint + 63) & ~63
  static let footprint = aesFootprint + EVPKey.footprint

  init(_ memory: Bytes) {
    aes = AESBackend(memory.slice(0, AESBackend.footprint))
    chacha = EVPKey(memory.slice(Self.aesFootprint, EVPKey.footprint))
  }

  mutating func set(_ key: Secret, _ cipher: Cipher, _ direction: AEADDirection) {
    isAES = cipher == .aes256GCM
    if isAES {
      aes.setKey(key, cipher, direction)
    } else {
      chacha.setKey(key, cipher, direction)
    }
  }

  mutating func wipe() {
    aes.wipe()
    chacha.wipe()
  }

  func seal(_ plaintext: Bytes, into ciphertext: Bytes, nonce: Nonce, additional: Bytes) {
    if isAES {
      aes.seal(plaintext, into: ciphertext, nonce: nonce, additional: additional)
    } else {
      chacha.seal(plaintext, into: ciphertext, nonce: nonce, additional: additional)
    }
  }

  func open(
    _ ciphertext: Bytes, into plaintext: Bytes, nonce: Nonce, additional: Bytes
  ) -> Bool {
    if isAES {
      aes.open(ciphertext, into: plaintext, nonce: nonce, additional: additional)
    } else {
      chacha.open(ciphertext, into: plaintext, nonce: nonce, additional: additional)
    }
  }
}
