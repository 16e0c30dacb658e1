import Foundation
import Testing

/// One published run of a Noise protocol; byte strings are hexadecimal.
struct NoiseVector: Decodable, Sendable, CustomTestStringConvertible {
  struct Message: Decodable, Sendable {
    let payload: String
    let ciphertext: String
  }

  let protocolName: String
  let initPrologue: String
  let initStatic: String
  let initEphemeral: String
  let initPsks: [String]?
  let respPrologue: String
  let respStatic: String
  let respEphemeral: String
  let respPsks: [String]?
  let handshakeHash: String?
  let messages: [Message]

  var testDescription: String { "\(protocolName), \(messages.count) messages" }

  /// All of `Vectors/`, read in place.
  static let all: [NoiseVector] = ["cacophony", "snow"].flatMap { name in
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Vectors/\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode([String: [NoiseVector]].self, from: Data(contentsOf: file))[
        "vectors"] ?? []
    } catch {
      fatalError("\(file.path()): \(error)")
    }
  }
}
