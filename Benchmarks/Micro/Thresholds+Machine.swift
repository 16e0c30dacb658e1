import Glibc
import Testbed

extension Thresholds.Machine {
  /// This one, and the tools that it has.
  static func current() throws -> Self {
    Self(
      architecture: architecture, swift: try swiftVersion(),
      libc: libcVersion,
      valgrind: try firstLine(of: ["valgrind", "--version"]))
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another architecture"
    #endif
  }

  /// "glibc 2.36".
  private static var libcVersion: String {
    var text = [CChar](repeating: 0, count: 64)
    confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// "Swift 6.3.1": of the compiler in PATH, which `make bench-check` has just built with.
  private static func swiftVersion() throws -> String {
    let line = try firstLine(of: ["swift", "--version"])
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(of: "version"), place + 1 < words.count else { return line }
    return "Swift \(words[place + 1])"
  }

  private static func firstLine(of command: [String]) throws -> String {
    String(try Command.run(command).prefix { !$0.isNewline })
  }
}
