import Synchronization

extension FastunProgram {
  /// Whether the `fastun` to be tested seals unless told not to, as its help says. FASTUN may name
  /// one from before that, to compare with: its tunnels are in the clear without an option.
  package static func seals() throws -> Bool { try options().contains("--plaintext") }

  private static let known = Mutex<[String: Set<String>]>([:])

  /// Names of options that stand in the program's help; asked once of each program.
  private static func options() throws -> Set<String> {
    let path = try path()
    return try known.withLock { known in
      if let options = known[path] { return options }
      let help = try Command.run([path, "--help"])
      let words = help.split { $0.isWhitespace || "[]|,.".contains($0) }
      let options = Set(words.lazy.filter { $0.hasPrefix("--") }.map(String.init))
      known[path] = options
      return options
    }
  }
}
