@testable import Dataplane

/// An end whose records are sealed.
typealias SealedEnd = WalkEnd<SessionSealer>

extension WalkEnd where S == SessionSealer {
  convenience init(
    sealedLane lane: Int = 0, limit: Int = SealedEnd.limit,
    compression: Plan.Compression = .off, trainLimit: Int = 64
  ) throws {
    try SealingBackend.prepare(for: .aes256GCM)
    try self.init(
      lane: lane, limit: limit, compression: compression, trainLimit: trainLimit
    ) { SessionSealer(lane: lane, memory: $0) }
  }
}

/// Keys of both sides of a session, as a handshake would give them.
struct SessionPair {
  let initiator: SessionKeys
  let responder: SessionKeys

  /// - Parameter number: names the session; others have other keys and indexes.
  init(_ number: UInt8, cipher: Cipher = .aes256GCM, isProven: Bool = true) {
    func secret(_ byte: UInt8) -> Secret {
      [UInt8](repeating: byte, count: 31).withUnsafeBytes { bytes in
        Secret(UnsafeRawBufferPointer(bytes), ending: number)
      }
    }
    let (forth, back) = (secret(1), secret(2))
    initiator = SessionKeys(
      cipher: cipher, localIndex: UInt32(number) * 2, remoteIndex: UInt32(number) * 2 + 1,
      sending: forth, receiving: back, isProven: isProven)
    responder = SessionKeys(
      cipher: cipher, localIndex: UInt32(number) * 2 + 1, remoteIndex: UInt32(number) * 2,
      sending: back, receiving: forth, isProven: true)
  }
}

extension Secret {
  fileprivate convenience init(_ bytes: UnsafeRawBufferPointer, ending last: UInt8) {
    var all = Array(bytes)
    all.append(last)
    self.init(all)
  }

  fileprivate convenience init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyBytes(from: bytes)
    self.init(UnsafeRawBufferPointer(copy))
    copy.deallocate()
  }
}

/// Two ends with a session between them.
struct SealedPair {
  let here: SealedEnd
  let there: SealedEnd

  init(
    lane: Int = 0, limit: Int = SealedEnd.limit, compression: Plan.Compression = .off,
    cipher: Cipher = .aes256GCM
  ) throws {
    here = try SealedEnd(sealedLane: lane, limit: limit, compression: compression)
    there = try SealedEnd(sealedLane: lane, limit: limit)
    let keys = SessionPair(1, cipher: cipher)
    here.sealer.install(keys.initiator)
    there.sealer.install(keys.responder)
  }
}
