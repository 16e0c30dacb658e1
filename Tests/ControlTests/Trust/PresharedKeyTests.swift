import Dataplane
import Glibc
import Testing

@testable import Control

@Suite struct PresharedKeyTests {
  private let folder = Folder()
  private static let bytes = (0..<32).map { UInt8($0 * 8) }
  private static let hex = "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8"
  private static let base64 = "AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg="

  @Test(arguments: [hex, hex.uppercased(), base64, "\(hex)\n", "\(base64)\n"])
  func isRead(text: String) throws {
    let key = try PresharedKey.load(folder.write(text))
    #expect(key.withBytes { Array($0) } == Self.bytes)
  }

  private static let others: [String] = [
    "", "\n", "\(hex.dropLast())", "\(hex)0", "g\(hex.dropFirst())", "0x\(hex)", "\(hex)\n\n",
    "\(base64.dropLast())", "\(base64)=", " \(base64)", "\(base64) ", "\(base64)\r\n",
    "\(base64.dropLast(2))h=", String(repeating: "0", count: 100_000), "pass phrase",
  ]

  @Test(arguments: others)
  func malformed(text: String) {
    let path = folder.write(text)
    let error = #expect(throws: SetupError.self) { try PresharedKey.load(path) }
    #expect(error?.status == .badFile)
    #expect(error?.problem == "\(path) holds no pre-shared key")
  }

  @Test func missingOrOpenToOthers() {
    let missing = #expect(throws: SetupError.self) { try PresharedKey.load(folder.file("x")) }
    #expect(missing?.status == .unavailable)
    let path = folder.write(Self.hex, mode: 0o644)
    let error = #expect(throws: SetupError.self) { try PresharedKey.load(path) }
    #expect(error?.remedy == "chmod 600 \(path)")
  }
}
