import Foundation
import Testbed

/// What a stream of our own carries.
enum Content: String, Sendable {
  case zeros
  case random
  case json
  /// English: fastun's own documents.
  case text
  /// Machine code: fastun itself.
  case binary

  /// Whole writes of a stream, made once: that takes longer than a measurement. Throws where a file
  /// cannot be read.
  func bytes() throws -> [UInt8] {
    switch self {
    case .zeros: Self.zerosBytes
    case .random: Self.randomBytes
    case .json: Self.jsonBytes
    case .text: try Self.textBytes.get()
    case .binary: try Self.binaryBytes.get()
    }
  }

  private static let zerosBytes = TCPLoad.payload(.zeros)
  private static let randomBytes = TCPLoad.payload(.random)
  private static let jsonBytes = TCPLoad.payload(.json)

  private static let textBytes = Result {
    let root = FastunProgram.packageRoot
    let files = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map { "\(root)/\($0)" }
    let documents = try FileManager.default.contentsOfDirectory(atPath: "\(root)/docs")
      .filter { $0.hasSuffix(".md") }.sorted().map { "\(root)/docs/\($0)" }
    return repeated(try (files + documents).flatMap(read))
  }

  private static let binaryBytes = Result { repeated(try read(FastunProgram.path())) }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
      throw TestbedError("cannot read \(path), which was to be sent")
    }
    return [UInt8](data)
  }

  /// Over and over, to fill as many bytes as generated payloads have. LZ4 does not see it: a file is
  /// far longer than the 64 KiB that it looks back.
  private static func repeated(_ bytes: [UInt8]) -> [UInt8] {
    let count = jsonBytes.count
    var filled: [UInt8] = []
    filled.reserveCapacity(count + bytes.count)
    while filled.count < count { filled += bytes }
    filled.removeSubrange(count...)
    return filled
  }
}
