/// What a case gave.
struct CaseRecord: Codable, Equatable, Sendable {
  let suite: String
  let name: String
  let title: String
  /// Whether each variant is the one before it with one idea more.
  var isLadder = false
  /// Offloads of the veth pair, and bits per second of the link where it was shaped.
  let mode: String
  var shaped: Int?
  var variants: [VariantRecord]
  var rows: [RowRecord] = []
  /// What went wrong, in words.
  var failures: [String] = []

  /// Samples, and those of them that were taken while the machine had other things to do.
  var samples: (all: Int, disturbed: Int) {
    let samples = variants.flatMap(\.samples)
    return (samples.count, samples.count(where: \.isDisturbed))
  }

  var hasSamples: Bool { variants.contains { !$0.samples.isEmpty } }

  subscript(variant name: String) -> VariantRecord? { variants.first { $0.name == name } }

  /// One variant's metric over another's, of every run that has both.
  func ratios(
    _ metric: MetricRecord, _ variant: VariantRecord, to other: VariantRecord
  )
    -> [Double]
  {
    variant.samples.compactMap { sample in
      guard let value = sample.values[metric.name],
        let base = other.samples.first(where: { $0.run == sample.run })?.values[metric.name],
        base != 0
      else { return nil }
      return value / base
    }
  }
}

/// What a variant of a case gave.
struct VariantRecord: Codable, Equatable, Sendable {
  let name: String
  let kind: CarrierKind
  /// Name and version of the program that carried, where it is neither fastun nor the kernel, and how it was
  /// set up.
  var version: String?
  var settings: String?
  /// Why it could not be measured.
  var leftOut: String?
  /// What a reader of its figures must know of how they came about.
  var remark: String?
  var samples: [SampleRecord] = []

  /// How a sentence calls it.
  var title: String { kind == .fastun ? name : kind.title ?? name }

  func values(_ metric: MetricRecord) -> [Double] { samples.compactMap { $0.values[metric.name] } }
  func summary(_ metric: MetricRecord) -> Summary? { Summary(values(metric)) }
  /// Percent of the time in which CPUs were slowed by what ran on the same cores, of the samples where it was looked
  /// for.
  var slowedPercents: [Double] { samples.compactMap { $0.slowedShare.map { $0 * 100 } } }
  /// The same of the time in which CPUs were too far apart to share a cache.
  var farPercents: [Double] { samples.compactMap { $0.farShare.map { $0 * 100 } } }
}

/// What one measurement gave.
struct SampleRecord: Codable, Equatable, Sendable {
  /// Counted from 1; samples of one run were taken next to each other.
  let run: Int
  /// By the metric's name, in the metric's unit.
  let values: [String: Double]
  /// Which engine fastun ran.
  var engine: String?
  /// Counters of lost and dropped datagrams that are not zero, where they were looked at.
  var losses: [String: Int]?
  var series: RekeySeries?
  /// What else went on meanwhile, in cores.
  var stolenCores = 0.0
  var foreignCores = 0.0
  /// Part of the time in which a CPU was slowed by what ran on the same core; nil where nobody looked.
  var slowedShare: Double?
  /// Part of the time in which CPUs that are said to share a cache did not; nil where nobody looked.
  var farShare: Double?
  var isDisturbed = false
}

/// A figure with what it should reach.
struct RowRecord: Codable, Equatable, Sendable {
  let title: String
  let unit: String
  /// Of every run that has the figure.
  let values: [Double]
  var median: Double?
  var lowest: Double?
  var highest: Double?
  var target: String?
  /// nil without a target, or without a figure.
  var isMet: Bool?
  /// Why there is no figure.
  var leftOut: String?

  var verdict: String {
    guard median != nil else { return leftOut == nil ? "not measured" : "left out" }
    return isMet.map { $0 ? "met" : "NOT MET" } ?? "-"
  }
}
