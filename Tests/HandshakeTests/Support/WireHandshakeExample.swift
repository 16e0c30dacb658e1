import Foundation

/// docs/wire-handshake-example.hex.
struct WireHandshakeExample {
  /// What one side brings along.
  struct Side {
    let identity: [UInt8]
    let ephemeral: [UInt8]
    let offer: [UInt8]
  }

  /// What comes of it.
  struct Transcript: Equatable {
    var messages: [[UInt8]]
    var handshakeHash: [UInt8]
    /// Of what the initiator seals, then of what the responder seals.
    var keys: [[UInt8]]
  }

  let initiator: Side
  let responder: Side
  let psk: [UInt8]
  let withoutPSK: Transcript
  let withPSK: Transcript

  struct Unreadable: Error {}

  init() throws {
    let root = (1...4).reduce(URL(filePath: #filePath)) { file, _ in
      file.deletingLastPathComponent()
    }
    let text = try String(
      contentsOf: root.appending(path: "docs/wire-handshake-example.hex"), encoding: .utf8)
    // Each field is a paragraph, and what stands before the first is none.
    let fields = try Self.paragraphs(text).filter { !$0.isEmpty }
    guard fields.count == 19 else { throw Unreadable() }
    initiator = Side(identity: fields[0], ephemeral: fields[1], offer: fields[2])
    responder = Side(identity: fields[3], ephemeral: fields[4], offer: fields[5])
    psk = fields[6]
    withoutPSK = Transcript(
      messages: Array(fields[7...9]), handshakeHash: fields[10], keys: Array(fields[11...12]))
    withPSK = Transcript(
      messages: Array(fields[13...15]), handshakeHash: fields[16], keys: Array(fields[17...18]))
  }

  /// The bytes between each two empty lines, without comments.
  private static func paragraphs(_ text: String) throws -> [[UInt8]] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return try lines.split(whereSeparator: \.isEmpty).map { lines in
      try lines.flatMap { line in
        try line.prefix { $0 != "#" }.split(separator: " ").map { digits in
          guard let byte = UInt8(digits, radix: 16) else { throw Unreadable() }
          return byte
        }
      }
    }
  }
}
