import Foundation

@testable import Dataplane

/// A line of the files in `Vectors`.
struct KnownAnswer: Decodable {
  private struct Invalid: Error {}

  let name: String
  let key: [UInt8]
  let nonce: Nonce
  let additional: [UInt8]
  let plaintext: [UInt8]
  /// With the tag behind it.
  let sealed: [UInt8]
  let isAuthentic: Bool

  private enum Keys: CodingKey {
    case name, key, nonce, additional, plaintext, ciphertext, tag, isAuthentic
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    func bytes(_ key: Keys) throws -> [UInt8] {
      let digits = Array(try fields.decode(String.self, forKey: key))
      return try stride(from: 0, to: digits.count, by: 2).map { index in
        guard let byte = UInt8(String(digits[index...(index + 1)]), radix: 16) else {
          throw Invalid()
        }
        return byte
      }
    }
    name = try fields.decode(String.self, forKey: .name)
    key = try bytes(.key)
    nonce = Nonce(try bytes(.nonce))
    additional = try bytes(.additional)
    plaintext = try bytes(.plaintext)
    sealed = try bytes(.ciphertext) + bytes(.tag)
    isAuthentic = try fields.decode(Bool.self, forKey: .isAuthentic)
  }

  static func all(of cipher: Cipher) throws -> [KnownAnswer] {
    let name = cipher == .aes256GCM ? "aes-256-gcm" : "chacha20-poly1305"
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Vectors/\(name).json")
    return try JSONDecoder().decode([KnownAnswer].self, from: Data(contentsOf: file))
  }
}

extension Nonce {
  /// The nonce that these 12 bytes are, whoever chose them.
  init(_ bytes: [UInt8]) {
    precondition(bytes.count == Nonce.size)
    self = withBytes(bytes) { Nonce(lane: $0.le32(0), counter: $0.le64(4)) }
  }

  var bytes: [UInt8] {
    withBytes([UInt8](repeating: 0xaa, count: Nonce.room)) { memory in
      write(memory)
      return Array(memory.copied().prefix(Nonce.size))
    }
  }
}
