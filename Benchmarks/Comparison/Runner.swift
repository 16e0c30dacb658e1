import Glibc
import Testbed

/// Takes all samples of the chosen cases, telling how far it is.
struct Runner {
  let options: Options
  let cases: [Case]
  /// nil where there is none; the variants that need it are left out then.
  let wireGuard: WireGuardProgram?
  /// Where the samples go.
  let record: Record
  private var progress: Progress

  init(options: Options, cases: [Case], wireGuard: WireGuardProgram?, record: Record) {
    self.options = options
    self.cases = cases
    self.wireGuard = wireGuard
    self.record = record
    progress = Progress(
      total: cases.reduce(0) { $0 + $1.variants.count } * options.runs,
      pace: Pace(of: cases, options: options))
  }

  mutating func run() {
    for one in cases {
      progress.announce("\(one.suite.rawValue): \(one.title)")
      record.begin(one)
      var failures: [String: Int] = [:]
      for run in 1...options.runs {
        record.changeCase { $0.rounds.append([:]) }
        // A, B, C, then B, C, A: going first or last must not favour anyone.
        for turn in one.variants.indices {
          let variant = one.variants[(turn + run - 1) % one.variants.count]
          takeTurn(variant, of: one, run: run, failures: &failures[variant.name, default: 0])
        }
      }
      takeDisturbedAgain(of: one)
    }
  }

  /// One sample, or why there is none. A variant that failed twice in a row, or that cannot be had
  /// here, is not tried again; the count of failures in a row is kept by the caller.
  private mutating func takeTurn(
    _ variant: Case.Variant, of one: Case, run: Int, failures: inout Int
  ) {
    let step = Pace.Step(ofCase: one.name, variant: variant.name)
    let isLeftOut = record.now.results.last?.leftOut[variant.name] != nil
    if failures == 2 || isLeftOut {
      progress.skip(step)
      return
    }
    let name = name(variant, of: one, run: run)
    do {
      let (taken, seconds) = takeTimed(variant, of: one)
      let sample = try taken.get()
      Interruption.parkIfBegun()
      record.changeCase { $0.rounds[run - 1][variant.name] = sample }
      failures = 0
      progress.note(step, name, sample, seconds: seconds)
    } catch let reason as LeftOut {
      record.changeCase { $0.leftOut[variant.name] = reason.description }
      progress.note(step, name, leftOut: reason)
    } catch {
      Interruption.parkIfBegun()
      failures += 1
      if failures == 1 { record.changeCase { $0.failures.append("\(name): \(error)") } }
      progress.note(step, name, failure: error)
    }
  }

  /// Takes a case's disturbed samples again, and keeps the better of each two. At its end, not at once: what
  /// disturbs one mostly lasts for seconds, and would disturb the next as well.
  private mutating func takeDisturbedAgain(of one: Case) {
    for _ in 0..<options.repeats {
      for run in 1...options.runs {
        for variant in one.variants where progress.mayRepeat {
          guard let kept = record.now.results.last?.rounds[run - 1][variant.name],
            kept.disturbance.isTooMuch
          else { continue }
          takeAgain(variant, of: one, run: run, kept: kept)
        }
      }
    }
  }

  private mutating func takeAgain(
    _ variant: Case.Variant, of one: Case, run: Int, kept: Sample
  ) {
    let name = name(variant, of: one, run: run)
    let (again, seconds) = takeTimed(variant, of: one)
    Interruption.parkIfBegun()
    record.change { $0.repeated += 1 }
    switch again {
    case .success(let sample):
      let better = sample.disturbance.sum < kept.disturbance.sum ? sample : kept
      record.changeCase { $0.rounds[run - 1][variant.name] = better }
      progress.noteRepeat(name, better, seconds: seconds)
    case .failure(let error):
      record.changeCase { $0.failures.append("\(name), again: \(error)") }
      progress.noteRepeat(name, failure: error, seconds: seconds)
    }
  }

  private func name(_ variant: Case.Variant, of one: Case, run: Int) -> String {
    "\(one.name) run \(run)/\(options.runs) \(variant.name)"
  }

  /// A sample, or why there is none, and the seconds that it took.
  private func takeTimed(
    _ variant: Case.Variant, of one: Case
  ) -> (Result<Sample, any Error>, seconds: Double) {
    let start = Deadline.now
    let result = Result { try take(variant, of: one) }
    return (result, Double(Deadline.now - start) / 1e9)
  }

  /// Fresh namespaces, the carrier, the traffic, and all of it gone again.
  private func take(_ variant: Case.Variant, of one: Case) throws -> Sample {
    if let sample = try one.measurement.takeAlone() { return sample }
    let pair = try SitePair(mode: one.mode)
    defer { pair.remove() }
    if let rate = one.shaped { try pair.outer.shape(bitsPerSecond: rate) }
    let carrier = try variant.carrier.start(on: pair, wireGuard: wireGuard)
    return try one.measurement.take(on: carrier, of: pair, seconds: options.seconds)
  }
}
