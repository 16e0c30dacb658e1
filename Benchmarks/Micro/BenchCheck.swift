import Dataplane
import Glibc
import Testbed

/// `make bench-check`: instructions per operation against those agreed on.
struct BenchCheck {
  /// The first argument that asks for it.
  static let role = "bench-check"

  /// By what share a figure may be above its threshold. Repeated runs differ by a hundredth of it
  /// at most; it leaves room for what a compiler or a C library changes in passing.
  static let tolerance = 0.03

  static let usage = """
    Counts the instructions of single operations by callgrind and compares them with those agreed
    on. Times move with the machine and its neighbours; these do not.

    USAGE: Benchmarks bench-check [--update] [--thresholds FILE]

      --update          write what was measured as the new thresholds: for a change that is meant,
                        in the commit that makes it, with the reason
      --thresholds FILE another file than perf/thresholds.json

    Exit status: 0 nothing above its threshold by more than \(percent(tolerance)), 1 something
    is, or has no threshold yet, 64 usage, 69 valgrind is missing, or the file of thresholds
    is or holds something else, 70 callgrind failed.
    """

  private var updates = false
  private var file = "\(FastunProgram.packageRoot)/perf/thresholds.json"

  /// The exit code.
  static func run(arguments: [String]) -> Int32 {
    var check = BenchCheck()
    var rest = Arguments(arguments)
    do throws(UsageError) {
      while let option = rest.next() {
        switch option {
        case "--update": check.updates = true
        case "--thresholds": check.file = try rest.value(of: option)
        case "--help", "-h":
          print(usage)
          return 0
        default: throw UsageError("\(option) is no option")
        }
      }
    } catch {
      return complainOfUsage(error.message, role: role)
    }
    #if DEBUG
      return runOptimised([role] + arguments)
    #else
      return check.run()
    #endif
  }

  private func run() -> Int32 {
    guard Callgrind.isInstalled else {
      complain(Callgrind.remedy)
      return EX_UNAVAILABLE
    }
    let known: Thresholds?
    do {
      known = access(file, R_OK) == 0 ? try Thresholds(file: file) : nil
    } catch {
      complain("\(error)")
      return EX_UNAVAILABLE
    }
    do {
      guard known != nil || updates else {
        complain("\(file) is not there: make bench-check ARGS=--update writes it")
        return EX_UNAVAILABLE
      }
      let machine = try Thresholds.Machine.current()
      tell("counting instructions by callgrind, half a minute or so")
      let counts = try Callgrind.count()
      if updates { return try update(known, counts, machine) }
      return compare(counts, with: known!, on: machine)
    } catch {
      complain("\(error)")
      return EX_SOFTWARE
    }
  }

  private func compare(
    _ counts: Callgrind.Counts, with known: Thresholds, on machine: Thresholds.Machine
  ) -> Int32 {
    var table = Table(["operation", "instructions", "threshold", "change", "verdict"])
    var faults = 0
    var leftOut = 0
    for kind in TrialKind.allCases {
      let verdict = Verdict(kind, counts, known)
      if verdict.isFault { faults += 1 }
      if case .leftOut = verdict { leftOut += 1 }
      table.add(verdict.cells(kind))
    }
    print(table.text)
    if machine != known.machine {
      print("\nThe thresholds hold for \(known.machine.text); this is \(machine.text).")
    }
    guard faults == 0 else {
      print(
        """

        bench-check: \(faults) above the threshold by more than \
        \(Self.percent(Self.tolerance)), or without one. Where that is meant: make bench-check ARGS=--update, and say why in the commit.
        """)
      return 1
    }
    let compared = TrialKind.allCases.count - leftOut
    print(
      """

      bench-check: of \(compared) operations none is above its threshold by more than \
      \(Self.percent(Self.tolerance))\(leftOut > 0 ? "; \(leftOut) were left out" : "")
      """)
    return 0
  }

  /// Writes what was measured; what cannot be measured here stays as it was.
  private func update(
    _ known: Thresholds?, _ counts: Callgrind.Counts, _ machine: Thresholds.Machine
  ) throws -> Int32 {
    let trials = TrialKind.allCases.compactMap { kind -> Thresholds.Trial? in
      guard let figure = counts.instructions[kind] else { return known?[kind.rawValue] }
      return Thresholds.Trial(
        name: kind.rawValue, instructions: (figure * 100).rounded() / 100,
        library: counts.libraries[kind])
    }
    if let known { _ = compare(counts, with: known, on: machine) }
    try Thresholds(machine: machine, trials: trials).write(to: file)
    print("\nwritten to \(file)")
    return 0
  }

  static func percent(_ share: Double) -> String { "\(number(share * 100)) %" }
}
