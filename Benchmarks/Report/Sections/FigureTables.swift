/// All figures of a case, and the ratios of fastun to everybody else.
struct FigureTables {
  let one: CaseRecord
  let metrics: [MetricRecord]

  init(_ one: CaseRecord, metrics: [MetricRecord]) {
    self.one = one
    self.metrics = metrics
  }

  var html: String { [figures, ratios].joined(separator: "\n") }

  private var figures: String {
    let slowed = one.variants.allSatisfy(\.slowedPercents.isEmpty) ? [] : ["% of time slowed"]
    var table = HTMLTable(["median [min–max]"] + metrics.map(\.unit) + slowed)
    for variant in one.variants where !variant.samples.isEmpty {
      let summaries =
        metrics.map(variant.summary) + slowed.map { _ in Summary(variant.slowedPercents) }
      table.add(
        [variant.name] + summaries.map { $0.map { "\($0)" } ?? "–" },
        mark: variant.kind == .fastun ? "own" : "")
    }
    return table.html
  }

  /// Against whom: everybody else, or the first variant where all are fastun's.
  private var bases: [VariantRecord] {
    let measured = one.variants.filter { !$0.samples.isEmpty }
    let others = measured.filter { $0.kind != .fastun }
    return others.isEmpty ? Array(measured.prefix(1)) : others
  }

  private var ratios: String {
    let bases = bases
    var table = HTMLTable(
      ["run by run, ratio", "figure"] + bases.map { "to \($0.title)" }, words: 2)
    for metric in metrics {
      for variant in one.variants where variant.kind == .fastun {
        let cells = bases.map { base -> String in
          guard base.name != variant.name else { return "–" }
          return Summary(one.ratios(metric, variant, to: base)).map { "\($0)" } ?? "–"
        }
        guard cells.contains(where: { $0 != "–" }) else { continue }
        table.add([variant.name, metric.unit] + cells)
      }
    }
    return table.html
  }
}
