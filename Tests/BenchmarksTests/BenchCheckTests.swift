import Dataplane
import Foundation
import Testbed
import Testing

@testable import Benchmarks

/// What `make bench-check` holds against a change.
@Suite struct BenchCheckTests {
  private static let kind = TrialKind.allCases[0]

  private func verdict(
    _ instructions: Double?, _ threshold: Double?, library: String? = nil, here: String? = nil
  ) -> Verdict {
    let counts = Callgrind.Counts(
      instructions: instructions.map { [Self.kind: $0] } ?? [:],
      libraries: here.map { [Self.kind: $0] } ?? [:])
    let trials = threshold.map {
      [Thresholds.Trial(name: Self.kind.rawValue, instructions: $0, library: library)]
    }
    let machine = Thresholds.Machine(architecture: "a", swift: "s", libc: "c", valgrind: "v")
    return Verdict(Self.kind, counts, Thresholds(machine: machine, trials: trials ?? []))
  }

  @Test(
    "More than 3 % above the threshold is a regression, and so is an operation without one",
    arguments: [
      (1000, 1000, false), (1029, 1000, false), (1031, 1000, true), (2000, 1000, true),
      (500, 1000, false), (1, nil, true), (nil, 1000, false),
    ] as [(Double?, Double?, Bool)])
  func faults(instructions: Double?, threshold: Double?, isFault: Bool) {
    #expect(verdict(instructions, threshold).isFault == isFault)
  }

  @Test("A threshold of one library says nothing of another")
  func libraries() {
    #expect(!verdict(2000, 1000, library: "one", here: "other").isFault)
    #expect(!verdict(2000, 1000, library: "one").isFault)
    #expect(verdict(2000, 1000, library: "one", here: "one").isFault)
  }

  @Test("The thresholds of this project have each operation")
  func agreed() throws {
    let known = try Thresholds(file: "\(FastunProgram.packageRoot)/perf/thresholds.json")
    for kind in TrialKind.allCases { #expect(known[kind.rawValue] != nil, "\(kind)") }
  }

  @Test(
    "A file of thresholds that is none is named", arguments: [nil, "", "{}", "[1]", "root:x:0:0"])
  func unreadable(text: String?) throws {
    let file = "\(try Testbed.folder())/thresholds-\(UInt64.random(in: 0 ... .max))"
    if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }
    #expect {
      try Thresholds(file: file)
    } throws: {
      ($0 as? TestbedError)?.description.hasPrefix(file) == true
    }
  }
}
