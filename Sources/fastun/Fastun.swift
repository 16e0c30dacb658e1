import ArgumentParser
import Control
import Dataplane
import Glibc

/// The `fastun` command: a name for its subcommands, of which `run` is meant when none is given.
struct Fastun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fastun",
    abstract: "A fast point-to-point tunnel: IP packets in trains of UDP datagrams.",
    version: "fastun 0.2.0",
    subcommands: [Run.self, Keygen.self, Pubkey.self],
    defaultSubcommand: Run.self)
}

@main
enum Main {
  static func main() {
    StandardStreams.fill()
    Glibc.exit(start(CommandLine.arguments).rawValue)
  }

  /// Runs the command line to its end. Every error is one line on standard error.
  private nonisolated static func start(_ words: [String]) -> ExitStatus {
    let arguments = Array(words.dropFirst())
    do {
      // The language reads them from there.
      guard !words.isEmpty else {
        throw SetupError(
          "the arguments cannot be read: there is no /proc",
          remedy: "mount it (mount -t proc proc /proc)", status: .unavailable)
      }
      var command = try Fastun.parseAsRoot(arguments)
      if let option = repeated(arguments) {
        throw SetupError("\(option) is given twice", remedy: "give it once")
      }
      try command.run()
      return .success
    } catch let error as SetupError {
      complain("\(error)")
      return error.status
    } catch  where Fastun.exitCode(for: error) == ArgumentParser.ExitCode.success {
      // Asking for help or the version is no error, but travels as one. Help for `fastun` is help for
      // `run`: nobody should have to know that there are subcommands.
      let isOther = subcommand(of: arguments) != nil
      let asksRoot = !isOther && arguments.contains { $0 == "-h" || $0 == "--help" }
      print(asksRoot ? Fastun.helpMessage(for: Run.self) : Fastun.fullMessage(for: error))
      return .success
    } catch {
      let text = oneLine(Fastun.message(for: error))
      let help = "'fastun \(subcommand(of: arguments).map { "\($0) " } ?? "")--help'"
      complain(text.hasSuffix("?") ? "\(text) See \(help)" : "\(text): see \(help)")
      return .usage
    }
  }

  /// The subcommand that is named; nil for `run`, whose name nobody has to know.
  private nonisolated static func subcommand(of arguments: [String]) -> String? {
    [Keygen.name, Pubkey.name].first { $0 == arguments.first }
  }

  /// The parser's message without its line ends, list marks and final stop.
  private nonisolated static func oneLine(_ message: String) -> String {
    let lines = message.split(separator: "\n").map { $0.drop { $0 == " " } }
    let items = lines.filter { $0.hasPrefix("- ") }.map { $0.dropFirst(2) }
    let others = lines.filter { !$0.hasPrefix("- ") }
    let text = (others + (items.isEmpty ? [] : [items.joined(separator: ", ")[...]]))
      .joined(separator: " ")
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// An option that is given twice and may not be: of two peers, the parser would take the last.
  private nonisolated static func repeated(_ arguments: [String]) -> Substring? {
    var seen: Set<Substring> = ["--address", "--route"]
    let repeatable = seen
    return arguments.lazy.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
      .first { !repeatable.contains($0) && !seen.insert($0).inserted }
  }

  private nonisolated static func complain(_ text: String) {
    // What was given may hold anything.
    let printable = text.unicodeScalars.map {
      $0.properties.generalCategory == .control ? "?" : Character($0)
    }
    let line = Array("fastun: \(String(printable))\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
