import Foundation
import Testbed
import Testing

private let program = "\(FastunProgram.packageRoot)/.build/release/Benchmarks"

/// The program as it is run, and ended before its time.
@Suite(
  .enabled(if: Testbed.missing == nil, "\(Testbed.missing ?? "")"),
  .enabled(if: access(program, X_OK) == 0, "make build"))
struct InterruptionTests {
  @Test(
    "Who ends a run finds nothing left of it, and a report", arguments: [SIGINT, SIGTERM, SIGKILL])
  func leavesNothing(signal: Int32) throws {
    let folder = "\(try Testbed.folder())/interrupted-\(signal)"
    let run = Process()
    run.executableURL = URL(fileURLWithPath: program)
    run.arguments = ["--case", "tcp", "--runs", "1000", "--seconds", "0.2", "--output", folder]
    run.environment = ProcessInfo.processInfo.environment
      .merging(["FASTUN": try FastunProgram.path()]) { given, _ in given }
    run.standardOutput = FileHandle.nullDevice
    let log = "\(folder).log"
    try Data().write(to: URL(fileURLWithPath: log))
    run.standardError = FileHandle(forWritingAtPath: log)
    try run.run()
    defer { if run.isRunning { kill(run.processIdentifier, SIGKILL) } }
    // What it sets up has its pid in its name.
    let mark = "ft\(run.processIdentifier)-"
    let isUp = try waits(30) {
      let hasMeasured = try String(contentsOfFile: log, encoding: .utf8).contains(" run 1/")
      return try hasMeasured && namespaces(mark) == 2 && processes(mark) > 0
    }
    #expect(isUp, "it sets up nothing")

    kill(run.processIdentifier, signal)
    #expect(waits(30) { !run.isRunning })
    #expect(run.terminationStatus == (signal == SIGKILL ? SIGKILL : 130))
    // Killed, it leaves that to the process that watches over it.
    #expect(try waits(30) { try namespaces(mark) == 0 && processes(mark) == 0 })
    let isReported = access("\(folder)/report.html", R_OK) == 0
    #expect(isReported == (signal != SIGKILL))
  }

  private func waits(_ seconds: Double, for condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Deadline(seconds: seconds)
    while !deadline.hasPassed {
      if try condition() { return true }
      Deadline.sleep(seconds: 0.02)
    }
    return try condition()
  }

  private func namespaces(_ mark: String) throws -> Int {
    try Command.run("ip netns list").split(separator: "\n").count { $0.hasPrefix(mark) }
  }

  /// Those whose command lines name what belongs to the run.
  private func processes(_ mark: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").count {
      guard Int($0) != nil,
        let line = try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)
      else { return false }
      return line.contains(mark)
    }
  }
}
