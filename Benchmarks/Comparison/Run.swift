import Synchronization

/// A run of the chosen cases.
final class Run: Sendable {
  let options: Options
  let selection: Selection
  let environment: Environment
  private let wireGuard: WireGuardProgram?
  private let record = Record()

  init(
    options: Options, selection: Selection, environment: Environment, wireGuard: WireGuardProgram?
  ) {
    self.options = options
    self.selection = selection
    self.environment = environment
    self.wireGuard = wireGuard
  }

  func measure() {
    let cases = selection.cases
    let samples = cases.reduce(0) { $0 + $1.variants.count } * options.runs
    let expected = Pace(of: cases, options: options).secondsLeft
    tell("\(samples) measurements of \(cases.count) cases, some \(duration(expected))")
    var runner = Runner(options: options, cases: cases, wireGuard: wireGuard, record: record)
    runner.run()
  }

  /// What there is so far; `endedBy` says what ended it early.
  func results(endedBy: String?) -> Results {
    Results(
      of: record.now, environment: environment, options: options, selection: selection,
      elapsedSeconds: record.elapsedSeconds, endedBy: endedBy)
  }
}

/// The run under way, once there is one, for the thread that may have to end it.
final class Stage: Sendable {
  private let run = Mutex<Run?>(nil)

  var current: Run? {
    get { run.withLock { $0 } }
    set { run.withLock { $0 = newValue } }
  }
}
