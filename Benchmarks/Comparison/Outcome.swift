import Foundation
import Glibc
import Synchronization
import Testbed

/// Where results go: the terminal, files, and a comparison with older ones.
final class Outcome: Sendable {
  private let options: Options
  private let older: Results?
  /// The end of a run and its interruption may come together; only the first is reported.
  private let isReported = Mutex(false)

  init(options: Options, older: Results?) {
    self.options = options
    self.older = older
  }

  /// Makes the folder of the files, so that a run does not end with nowhere to write.
  func makeFolder() throws {
    // Whether that failed, the next line tells.
    try? FileManager.default.createDirectory(
      atPath: options.output, withIntermediateDirectories: true)
    guard access(options.output, W_OK | X_OK) == 0 else {
      throw TestbedError(
        """
        nothing can be written to \(options.output): \(String(cString: strerror(errno))); --output \
        names another folder
        """)
    }
  }

  /// Writes and prints all; 1 where something of fastun got worse or gave no figure, else 0.
  func report(_ results: Results) throws -> Int32 {
    try isReported.withLock { done in
      defer { done = true }
      return done ? 0 : try write(results)
    }
  }

  private func write(_ results: Results) throws -> Int32 {
    try makeFolder()
    let (data, page) = ("\(options.output)/results.json", "\(options.output)/report.html")
    try results.write(to: data)
    try Page(results).html.write(toFile: page, atomically: true, encoding: .utf8)
    if let file = options.plotFile { try plot(results, to: file) }
    print("\n\(TextReport(results).text)\n\nwritten: \(data), \(page)")
    // What a run that was ended early has no sample of may only not have had its turn.
    let failed = results.endedBy == nil ? results.failedVariants : []
    if !failed.isEmpty { complain("no figure at all of \(failed.joined(separator: "; "))") }
    let status: Int32 = failed.isEmpty ? 0 : 1
    guard let older else { return status }
    let changes = Changes(from: older, to: results)
    print("\n\(changes.text)")
    return changes.hasRegression ? 1 : status
  }

  private func plot(_ results: Results, to file: String) throws {
    guard let series = results.deepestDip else {
      complain("\(file) is not written: case rekey gave nothing to plot")
      return
    }
    try RekeyPlot(series: series).svg.write(toFile: file, atomically: true, encoding: .utf8)
  }
}
