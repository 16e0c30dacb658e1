import Logging

/// A log that tests read.
final class RecordedLog {
  private(set) var lines: [String] = []

  var logger: Logger { Logger(label: "test") { _ in Handler(self) } }

  func clear() { lines = [] }

  private struct Handler: LogHandler, @unchecked Sendable {
    // @unchecked: a test logs on one thread.
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    init(_ log: RecordedLog) { self.log = log }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.lines.append("\(event.level): \(event.message)") }
  }
}
