import Testing

@testable import Dataplane

/// A cipher as a library does it: what each test of sealing runs against.
struct SealingLibrary: Sendable, CustomTestStringConvertible {
  let type: any (AEAD & SendableMetatype).Type
  let cipher: Cipher

  var testDescription: String { "\(cipher) by \(type)" }

  static let all: [SealingLibrary] = {
    var all = [SealingLibrary(type: EVPKey.self, cipher: .aes256GCM)]
    if AESBackend.self != EVPKey.self {
      all.append(SealingLibrary(type: AESBackend.self, cipher: .aes256GCM))
    }
    all.append(SealingLibrary(type: ChaChaBackend.self, cipher: .chaCha20Poly1305))
    return all
  }()

  /// Those that must understand each other.
  static let pairs = all.flatMap { first in
    all.filter { $0.cipher == first.cipher }.map { (first, $0) }
  }

  func key(_ bytes: [UInt8], _ direction: KeyDirection) -> SealingKey {
    SealingKey(self, bytes, direction)
  }
}
