import Foundation

/// Every sample and every row, for machines.
struct JSONReport: Encodable {
  struct RowResult: Encodable {
    let what: String
    let unit: String
    let values: [Double]
    let median: Double?
    let met: Bool?
    /// Why there is no figure.
    let leftOut: String?
  }

  struct Program: Encodable {
    let path: String
    let version: String
  }

  struct SampleResult: Encodable {
    let name: String
    let variant: String
    let round: Int
    /// By the metric's unit, as in the table.
    let values: [String: Double]
    let engine: String?
    /// Counters of lost and dropped datagrams that are not zero, where they were looked at.
    let losses: [String: Int]?
    let series: RekeySeries?
    let stolenCores: Double
    let foreignCores: Double
  }

  let kernel: String
  let wireguardGo: Program?
  let cpus: Int
  let seconds: Double
  let rounds: Int
  let repeated: Int
  let keptDisturbed: Int
  let rows: [RowResult]
  let samples: [SampleResult]
  let failures: [String]

  init(_ runner: Runner) {
    kernel = kernelRelease()
    wireguardGo = runner.wireGuard.map { Program(path: $0.path, version: $0.version) }
    cpus = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    seconds = runner.options.seconds
    rounds = runner.options.rounds
    repeated = runner.repeated
    keptDisturbed = runner.keptDisturbed
    failures = runner.results.flatMap(\.failures)
    rows = runner.results.flatMap { result in
      result.of.rows.map { row in
        let values = result.values(row)
        let median = Summary(values)?.median
        return RowResult(
          what: row.title, unit: row.unit, values: values, median: median,
          met: median.flatMap(row.target.isMet),
          leftOut: values.isEmpty ? result.leftOut(row) : nil)
      }
    }
    samples = runner.results.flatMap { result in
      zip(1..., result.rounds).flatMap { round, samples in
        samples.sorted { $0.key < $1.key }.map { variant, sample in
          SampleResult(
            name: result.of.name, variant: variant, round: round,
            values: Dictionary(
              uniqueKeysWithValues: sample.values.map { ($0.rawValue, $1 / $0.scale) }),
            engine: sample.engine, losses: sample.losses, series: sample.series,
            stolenCores: sample.disturbance.stolenCores,
            foreignCores: sample.disturbance.foreignCores)
        }
      }
    }
  }

  func write(to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: URL(fileURLWithPath: file))
  }
}
