import Dataplane
import Foundation
import Testbed

/// Instructions of single operations, counted by valgrind's callgrind: the same from run to run,
/// where times are not.
///
/// User space only: what the kernel does for a system call does not count.
struct Callgrind {
  /// How to get what is missing.
  static let remedy = "valgrind is not installed: apt-get install valgrind"
  static var isInstalled: Bool { Testbed.isInstalled("valgrind") }

  /// What one run found.
  struct Counts {
    /// Instructions of one operation.
    var instructions: [TrialKind: Double] = [:]
    /// What the operations are mostly made of, as chosen under valgrind, whose CPU has fewer
    /// instructions than the machine's (3.19 knows no AVX-512).
    var libraries: [TrialKind: String] = [:]
    /// Why there is no figure.
    var leftOut: [TrialKind: String] = [:]
  }

  /// All trials in one process, as starting it takes longer than they do. Takes some seconds.
  static func count(_ kinds: [TrialKind] = TrialKind.allCases) throws -> Counts {
    guard isInstalled else { throw LeftOut(remedy) }
    let folder = try Testbed.folder()
    let said = try Command.run(
      [
        "valgrind", "--tool=callgrind", "--callgrind-out-file=\(folder)/out",
        "--dump-after=*countedTurns*", "--log-file=\(folder)/log",
        program(), MicroTrial.role,
      ] + kinds.map(\.rawValue),
      // Hash tables, and with them what set-up does, would differ from run to run.
      environment: ["SWIFT_DETERMINISTIC_HASHING": "1"], seconds: 300)
    return try read(said, in: folder)
  }

  /// Its own path: /proc/self/exe would be valgrind's.
  private static func program() -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
  }

  /// Three dumps for each trial that ran, in the order of trials.
  private static func read(_ said: String, in folder: String) throws -> Counts {
    var counts = Counts()
    var dumps = 0
    for line in said.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count >= 2, let kind = TrialKind(rawValue: String(words[1])) else { continue }
      let rest = words.count > 2 ? String(words[2]) : nil
      guard words[0] == "ran" else {
        counts.leftOut[kind] = rest ?? "it cannot be made here"
        continue
      }
      let few = try instructions(in: "\(folder)/out.\(dumps + 2)")
      let many = try instructions(in: "\(folder)/out.\(dumps + 3)")
      dumps += 3
      let turns = MicroTrial.turns.many - MicroTrial.turns.few
      counts.instructions[kind] = (many - few) / Double(turns * kind.operations)
      counts.libraries[kind] = rest
    }
    return counts
  }

  /// The sum that a dump ends with.
  private static func instructions(in file: String) throws -> Double {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for line in text.split(separator: "\n") where line.hasPrefix("totals:") {
      if let sum = Double(line.dropFirst(7).trimmingCharacters(in: .whitespaces)) { return sum }
    }
    throw TestbedError("callgrind left no totals in \(file)")
  }
}
