import ArgumentParser
import Control
import Dataplane
import Glibc

/// The `fastun` command: a name for its subcommands, of which `run` is meant when none is given.
struct Fastun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fastun",
    abstract: "A fast point-to-point tunnel: IP packets in trains of UDP datagrams.",
    version: "fastun 0.1.0",
    subcommands: [Run.self],
    defaultSubcommand: Run.self)
}

@main
enum Main {
  static func main() {
    Glibc.exit(start(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs the command line to its end. Every error is one line on standard error.
  private nonisolated static func start(_ arguments: [String]) -> ExitStatus {
    do {
      var command = try Fastun.parseAsRoot(arguments)
      try command.run()
      return .success
    } catch let error as SetupError {
      complain("\(error)")
      return error.status
    } catch  where Fastun.exitCode(for: error) == ArgumentParser.ExitCode.success {
      // Asking for help or the version is no error, but travels as one. Help for `fastun` is help for
      // `run`: nobody should have to know that there are subcommands.
      let asksRoot = arguments.contains { $0 == "-h" || $0 == "--help" }
      print(asksRoot ? Fastun.helpMessage(for: Run.self) : Fastun.fullMessage(for: error))
      return .success
    } catch {
      let words = Fastun.message(for: error).split { $0 == "\n" || $0 == " " }
      let text = words.joined(separator: " ")
      complain("\(text.hasSuffix(".") ? String(text.dropLast()) : text): see 'fastun --help'")
      return .usage
    }
  }

  private nonisolated static func complain(_ text: String) {
    let line = Array("fastun: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
