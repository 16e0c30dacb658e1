package import Dataplane
import Glibc
import Handshake

/// A secret that both hosts have been given beforehand (`--psk-file`): 32 bytes on one line, as base64 or
/// as 64 hexadecimal digits.
package enum PresharedKey {
  private static let digits = 2 * KeyText.keyCount

  package static func load(_ path: String) throws(SetupError) -> Secret {
    let file = PrivateFile(
      what: "the pre-shared key", path: path, option: "--psk-file", exclusion: .secret)
    guard let descriptor = try file.openIfThere() else {
      throw SetupError(
        "there is no pre-shared key \(path)",
        remedy: "make one (umask 077; head -c 32 /dev/urandom | base64 >\(path)), "
          + "and bring it to both hosts", status: .unavailable)
    }
    return try withWipedBytes(digits + 2) { text throws(SetupError) in
      let count = try file.read(descriptor, into: text)
      return try withWipedBytes(KeyText.keyCount) { key throws(SetupError) in
        let line = text[..<count].last == 0x0a ? text[..<(count - 1)] : text[..<count]
        guard parse(UnsafeRawBufferPointer(rebasing: line), to: key) else {
          throw SetupError(
            "\(path) holds no pre-shared key",
            remedy: "write 32 bytes as one line of base64 or of 64 hexadecimal digits",
            status: .badFile)
        }
        return Secret(UnsafeRawBufferPointer(key))
      }
    }
  }

  private static func parse(
    _ line: UnsafeRawBufferPointer, to key: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard line.count == digits else { return KeyText.read(line, to: key) }
    for position in key.indices {
      guard let high = value(line[2 * position]), let low = value(line[2 * position + 1]) else {
        return false
      }
      key[position] = high << 4 | low
    }
    return true
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
