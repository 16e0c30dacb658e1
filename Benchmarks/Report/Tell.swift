import Glibc

/// Writes a line to stderr, where progress and complaints go; stdout is for the tables.
func tell(_ text: String) {
  var line = text + "\n"
  line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress!, $0.count) }
}

func complain(_ message: String) { tell("Benchmarks: \(message)") }
