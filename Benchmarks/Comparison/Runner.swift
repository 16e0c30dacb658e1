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
    let name = "\(one.name) run \(run)/\(options.runs) \(variant.name)"
    do {
      let (sample, seconds) = try takeUndisturbed(variant, of: one)
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

  /// A sample during which little else went on, or the best of a few; seconds that the first took.
  private mutating func takeUndisturbed(
    _ variant: Case.Variant, of one: Case
  ) throws -> (Sample, seconds: Double) {
    var (best, seconds) = try takeTimed(variant, of: one)
    for _ in 0..<options.repeats where best.disturbance.isTooMuch && progress.mayRepeat {
      record.change { $0.repeated += 1 }
      let again = try takeTimed(variant, of: one)
      progress.noteRepeat(seconds: again.seconds)
      if again.sample.disturbance.sum < best.disturbance.sum { best = again.sample }
    }
    if best.disturbance.isTooMuch { record.change { $0.keptDisturbed += 1 } }
    return (best, seconds)
  }

  private func takeTimed(
    _ variant: Case.Variant, of one: Case
  ) throws -> (sample: Sample, seconds: Double) {
    let start = Deadline.now
    let sample = try take(variant, of: one)
    return (sample, Double(Deadline.now - start) / 1e9)
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
