import Dataplane
import Glibc

/// What valgrind runs, and reads between the lines: `Benchmarks micro-trial NAME …`.
extension MicroTrial {
  /// The first argument that makes this program the one on trial; the others name its trials.
  static let role = "micro-trial"

  /// Turns of the three runs of each trial. The first one's instructions are its set-up's too; of
  /// the others' the difference is that of the turns alone.
  static let turns = (warmUp: 24, few: 24, many: 96)

  /// Runs the named trials; the exit code. A trial that cannot be made here is not run: it says so
  /// on stdout, since nobody else will.
  static func run(arguments: [String]) -> Int32 {
    for name in arguments {
      guard let kind = TrialKind(rawValue: name) else {
        complain("there is no trial \(name): \(TrialKind.allCases.map(\.rawValue))")
        return EX_USAGE
      }
      do {
        let trial = try MicroTrial(kind)
        for count in [turns.warmUp, turns.few, turns.many] {
          guard countedTurns(of: trial, count) else { return EX_SOFTWARE }
        }
        print("ran \(name) \(kind.library ?? "")")
      } catch {
        print("left-out \(name) \(error)")
      }
    }
    return 0
  }
}

/// Turns whose instructions are counted: ``Callgrind`` has a dump made whenever this returns, and
/// knows it by its name.
@inline(never)
func countedTurns(of trial: MicroTrial, _ count: Int) -> Bool {
  do {
    try trial.run(turns: count)
    return true
  } catch {
    complain("\(error)")
    return false
  }
}
