/// One session in one lane: a slot of the lane's ``AEADSealer`` with the keys of one handshake.
struct Session<Key: AEAD> {
  /// What the peer's datagrams name it by; 0: the slot is free.
  var localIndex: UInt32 = 0
  /// What our datagrams name it by.
  var remoteIndex: UInt32 = 0
  /// Whether the peer is known to hold the keys: only then is it sent under.
  var isProven = false
  /// Found proven by a datagram, which the control side has not been told of yet.
  var isNews = false
  /// The counter of the next datagram sent.
  var counter: UInt64 = 0
  /// The how manieth session of the lane it is.
  var number = 0
  var sealing: Key
  var opening: Key
  var window: ReplayWindow

  /// No lane seals more datagrams than these under one key. A new handshake is asked for at 2²⁸ of all
  /// lanes together, and keys go after 180 s, so this is never reached while the peer answers. It is far
  /// below the 2⁶⁴ nonces that a lane has; docs/SECURITY.md does the sums for AES-GCM's other limits.
  static var hardStop: UInt64 { 1 << 30 }
  /// Counters that must be left for a frame to be taken: more than one frame makes datagrams.
  static var margin: UInt64 { 1 << 17 }

  static var footprint: Int { 2 * Key.footprint + ReplayWindow.footprint + 3 * 64 }

  init(_ memory: Bytes) {
    precondition(memory.count >= Self.footprint)
    let key = Slab.rounded(Key.footprint)
    sealing = Key(memory.slice(0, Key.footprint))
    opening = Key(memory.slice(key, Key.footprint))
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
    sealing.setKey(keys.sending, cipher: keys.cipher, direction: .sealing)
    opening.setKey(keys.receiving, cipher: keys.cipher, direction: .opening)
    window.reset()
  }

  /// Forgets the keys.
  mutating func wipe() {
    sealing.wipe()
    opening.wipe()
    localIndex = 0
    remoteIndex = 0
    isProven = false
    isNews = false
  }
}
