import Glibc
import Testbed

/// Takes all samples of the chosen cases, telling how far it is.
struct Runner {
  let options: Options
  /// nil where there is none; the variants that need it are left out then.
  let wireGuard: WireGuardProgram?
  private(set) var results: [CaseResult] = []
  /// Measurements taken again because something disturbed them, and those kept though disturbed.
  private(set) var repeated = 0
  private(set) var keptDisturbed = 0
  private var progress: Progress

  init(options: Options, wireGuard: WireGuardProgram?) {
    self.options = options
    self.wireGuard = wireGuard
    progress = Progress(total: options.cases.reduce(0) { $0 + $1.variants.count } * options.rounds)
  }

  mutating func run() {
    for one in options.cases {
      progress.announce(one.title)
      var result = CaseResult(of: one)
      var failures: [String: Int] = [:]
      for round in 1...options.rounds {
        var samples: Row.Round = [:]
        // A, B, C, then B, C, A: going first or last must not favour anyone.
        for turn in one.variants.indices {
          let variant = one.variants[(turn + round - 1) % one.variants.count]
          if failures[variant.name, default: 0] == 2 || result.leftOut[variant.name] != nil {
            progress.skip()
            continue
          }
          let name = "\(one.name) round \(round)/\(options.rounds) \(variant.name)"
          do {
            let sample = try takeUndisturbed(variant, of: one)
            samples[variant.name] = sample
            failures[variant.name] = 0
            progress.note(name, sample)
          } catch let reason as LeftOut {
            result.leftOut[variant.name] = reason.description
            progress.note(name, leftOut: reason)
          } catch {
            failures[variant.name, default: 0] += 1
            if failures[variant.name] == 1 { result.failures.append("\(name): \(error)") }
            progress.note(name, failure: error)
          }
        }
        result.rounds.append(samples)
      }
      results.append(result)
    }
  }

  /// A sample during which little else went on, or the best of a few.
  private mutating func takeUndisturbed(_ variant: Case.Variant, of one: Case) throws -> Sample {
    var best = try take(variant, of: one)
    for _ in 0..<options.repeats where best.disturbance.isTooMuch {
      repeated += 1
      let again = try take(variant, of: one)
      if again.disturbance.sum < best.disturbance.sum { best = again }
    }
    if best.disturbance.isTooMuch { keptDisturbed += 1 }
    return best
  }

  /// Fresh namespaces, the carrier, the traffic, and all of it gone again.
  private func take(_ variant: Case.Variant, of one: Case) throws -> Sample {
    let pair = try SitePair(mode: one.mode)
    defer { pair.remove() }
    if let rate = one.shaped { try pair.outer.shape(bitsPerSecond: rate) }
    let carrier = try variant.carrier.start(on: pair, wireGuard: wireGuard)
    return try one.measurement.take(on: carrier, of: pair, seconds: options.seconds)
  }
}
