import Foundation
import Glibc
import Testbed

/// The whole program but for the plain forwarder; its exit code as sysexits has it, 77 without
/// root.
func runComparison(arguments: [String]) -> Int32 {
  let options: Options
  do {
    options = try Options(arguments)
  } catch {
    complain("\(error.message)\n\n\(Options.usage)")
    return EX_USAGE
  }
  if options.asksForHelp {
    print(Options.usage)
    return 0
  }
  if options.lists {
    for one in Case.all { print("\(one.name.padded(16)) \(one.title)") }
    return 0
  }
  #if DEBUG
    return runOptimised(arguments)
  #else
    return compare(options)
  #endif
}

private func compare(_ options: Options) -> Int32 {
  if let missing = Testbed.missing {
    complain("\(missing). Run it as root on Linux: sudo swift run -c release Benchmarks")
    return EX_NOPERM
  }
  let wireGuard: WireGuardProgram?
  do {
    let isNeeded = options.cases.contains(where: \.needsWireGuard)
    wireGuard = isNeeded ? try WireGuardProgram(named: options.wireGuardGo) : nil
    if let wireGuard { tell("beside \(wireGuard)") }
  } catch {
    complain("\(error)")
    return EX_UNAVAILABLE
  }
  do {
    try buildFastun()
    if options.cases.contains(where: \.needsCounter) { try buildCounter() }
  } catch {
    complain("what is to be measured does not build: \(error)")
    return EX_UNAVAILABLE
  }
  var runner = Runner(options: options, wireGuard: wireGuard)
  runner.run()
  print("\n\(Report(runner: runner).text)")
  return write(runner)
}

/// Writes the files that were asked for.
private func write(_ runner: Runner) -> Int32 {
  if let file = runner.options.jsonFile {
    do {
      try JSONReport(runner).write(to: file)
    } catch {
      complain("cannot write \(file): \(error)")
      return EX_CANTCREAT
    }
  }
  if let file = runner.options.plotFile {
    guard let series = runner.deepestDip else {
      complain("\(file) is not written: case rekey gave nothing to plot")
      return EX_DATAERR
    }
    do {
      try RekeyPlot(series: series).svg.write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      complain("cannot write \(file): \(error)")
      return EX_CANTCREAT
    }
  }
  return 0
}
