import Glibc

/// Writes a line to stderr, where progress and complaints go; stdout is for the tables.
func tell(_ text: String) {
  var line = text + "\n"
  line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress!, $0.count) }
}

func complain(_ message: String) { tell("Benchmarks: \(message)") }

/// What is wrong with a command line, and who knows what it may be; the exit code. The whole usage would carry
/// the one line that matters out of sight.
func complainOfUsage(_ message: String, role: String? = nil) -> Int32 {
  complain("\(message)\nsee 'Benchmarks \(role.map { "\($0) " } ?? "")--help'")
  return EX_USAGE
}
