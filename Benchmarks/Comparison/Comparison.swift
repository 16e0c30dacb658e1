import Glibc
import Testbed

/// The whole program but for the plain forwarder; its exit code as sysexits has it, 130 after
/// Ctrl-C.
func runComparison(arguments: [String]) -> Int32 {
  let status = comparisonStatus(arguments)
  Interruption.parkIfBegun()
  return status
}

private func comparisonStatus(_ arguments: [String]) -> Int32 {
  let options: Options
  do {
    options = try Options(arguments)
  } catch {
    return complainOfUsage(error.message)
  }
  do {
    switch options.task {
    case .help: print(Options.usage)
    case .list: print(CaseList().text)
    case .show(let file): return try show(Results(file: file), options)
    case .writeReadme(let files): try Readme.write(from: files)
    case .checkReadme: return Readme.check()
    case .run:
      #if DEBUG
        return runOptimised(arguments)
      #else
        return try measure(options)
      #endif
    }
    return 0
  } catch {
    complain("\(error)")
    return EX_UNAVAILABLE
  }
}

/// Reports results, and compares them where that was asked for.
private func show(_ results: Results, _ options: Options) throws -> Int32 {
  let older = try options.compareWith.map { try Results(file: $0) }
  return try Outcome(options: options, older: older).report(results)
}

private func measure(_ options: Options) throws -> Int32 {
  let selection = Selection(options, missing: Testbed.missing)
  for omission in selection.omissions { tell("left out: \(omission.what): \(omission.reason)") }
  guard !selection.cases.isEmpty else {
    complain("nothing is left to be measured")
    return Testbed.missing == nil ? EX_USAGE : EX_NOPERM
  }
  // Before the measurements: it may be what they are about to replace.
  let older = try options.compareWith.map { try Results(file: $0) }
  let outcome = Outcome(options: options, older: older)
  try outcome.makeFolder()

  let stage = Stage()
  Interruption.watch { signal in
    let results = stage.current?.results(endedBy: signal)
    return {
      do {
        if let results { _ = try outcome.report(results) }
      } catch {
        complain("what was measured is not reported: \(error)")
      }
    }
  }
  let run = try prepare(selection, options)
  stage.current = run
  run.measure()
  return try outcome.report(run.results(endedBy: nil))
}

/// Builds what is to be measured, and looks at what is here to measure it.
private func prepare(_ selection: Selection, _ options: Options) throws -> Run {
  let cases = selection.cases
  let wireGuard =
    cases.contains(where: \.needsWireGuard)
    ? try WireGuardProgram(named: options.wireGuardGo) : nil
  if let wireGuard { tell("beside \(wireGuard)") }
  do {
    if cases.contains(where: \.needsTunnel) { try buildFastun() }
    if cases.contains(where: \.needsCounter) { try buildCounter() }
  } catch {
    throw TestbedError("what is to be measured does not build: \(error)")
  }
  let environment = Environment.gathered(for: cases, wireGuard: wireGuard)
  return Run(
    options: options, selection: selection, environment: environment, wireGuard: wireGuard)
}
