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
    let shares = shares
    var table = HTMLTable(["median [min–max]"] + metrics.map(\.unit) + shares.map(\.title))
    for variant in one.variants where !variant.samples.isEmpty {
      let summaries = metrics.map(variant.summary) + shares.map { Summary($0.percents(variant)) }
      table.add(
        [variant.name] + summaries.map { $0.map { "\($0)" } ?? "–" },
        mark: variant.kind == .fastun ? "own" : "")
    }
    return table.html
  }

  private typealias Share = (title: String, percents: (VariantRecord) -> [Double])

  /// What ``CoreWatch`` found, where it looked.
  private var shares: [Share] {
    let all: [Share] = [
      ("% of time slowed", \.slowedPercents), ("% of time far apart", \.farPercents),
    ]
    return all.filter { share in !one.variants.allSatisfy { share.percents($0).isEmpty } }
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
