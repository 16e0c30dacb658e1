/// The figures of the README, made from results so that nobody types them.
struct ReadmeFigures {
  let results: Results
  /// Where the results lie, seen from the README.
  let path: String

  /// Cases that the README shows where they were measured, in this order; all cases where none was.
  private static let cases = [
    "tcp", "tcp-wire", "tcp-16k", "sealed", "sealed-wire", "small", "latency", "json-shaped",
    "loss-1.00", "loss-3.00",
  ]

  /// In Markdown, without the marks.
  var text: String {
    let tables = [carriers, queues, comparisons].filter { !$0.isEmpty }.map(\.text)
    return ([remarks] + tables).joined(separator: "\n\n")
  }

  private var remarks: String {
    let environment = results.environment
    let programs = environment.versions.filter {
      // Results until 2026-11-27 have the version that was installed, as "libipsec-mb".
      [WireGuardProgram.name, Environment.sealedBy, "libipsec-mb"].contains($0.key)
    }
    let beside = programs.sorted { $0.key < $1.key }.map { "; \($0.key) \($0.value)" }.joined()
    let sentences = [
      """
      Medians [lowest–highest] of \(results.settings.runs) runs on \(environment.date.prefix(10)), \
      from [\(path)](\(path)).
      """,
      "Both ends and the programs on \(environment.machine)\(beside).",
    ]
    return (sentences + [results.disturbances] + environment.doubts + opponents + warnings).joined(
      separator: "\n")
  }

  /// What fastun was compared with, besides wireguard-go, which is named above.
  private var opponents: [String] {
    let known = results.opponents.filter { $0.name != WireGuardProgram.name }
    guard !known.isEmpty else { return [] }
    let words = known.map { "\($0.version)\($0.settings.map { " (\($0))" } ?? "")" }
    return ["Others: \(words.joined(separator: "; "))."]
  }

  /// What makes less of the figures than it should.
  private var warnings: [String] {
    var warnings: [String] = []
    if results.settings.isQuick { warnings.append("**A quick run: a look, not a result.**") }
    if let cause = results.endedBy { warnings.append("**Ended early by \(cause).**") }
    return warnings
  }

  private var shown: [CaseRecord] {
    let named = Self.cases.compactMap { name in
      results.cases.first { $0.name == name && $0.hasSamples }
    }
    return named.isEmpty ? results.cases.filter { $0.hasSamples && !isScaling($0) } : named
  }

  private func isScaling(_ one: CaseRecord) -> Bool { one.suite == Suite.scale.rawValue }

  /// A line for each case, a column for each that fastun was compared with, and the ratio to it.
  private var carriers: Table {
    let kinds = CarrierKind.allCases.filter { kind in
      // The relay is nothing that people would use.
      kind.title != nil && kind != .fastun && kind != .relay
        && shown.contains { $0.variants.contains { $0.kind == kind && !$0.samples.isEmpty } }
    }
    var table = Table(["what", "fastun"] + kinds.map { "against \($0.title!)" })
    for one in shown {
      guard let metric = mainMetric(of: one), let own = Headline.own(in: one, metric),
        let summary = own.summary(metric)
      else { continue }
      let cells = kinds.map { kind -> String in
        guard let other = one.variants.first(where: { $0.kind == kind }),
          let median = other.summary(metric)?.median,
          let ratio = Summary(one.ratios(metric, own, to: other))
        else { return "" }
        return "\(ratio) × its \(number(median))"
      }
      // What of fastun it is, where the column's head does not say so.
      let name = own.name == "fastun" ? "" : " (\(own.name))"
      table.add(
        [one.title.capitalizedFirst, "\(number(summary.median)) \(metric.unit)\(name)"] + cells)
    }
    return table
  }

  /// Of results on scaling alone: a line for each case, a column for each number of queues, and what it
  /// is worth against the first.
  private var queues: Table {
    let cases = shown.isEmpty ? results.cases.filter { $0.hasSamples && isScaling($0) } : []
    var table = Table(["what"] + (cases.first?.variants.map(\.name) ?? []))
    for one in cases {
      guard let metric = mainMetric(of: one), let base = one.variants.first else { continue }
      let cells = one.variants.map { variant -> String in
        guard let median = variant.summary(metric)?.median else { return "" }
        let rate = "\(number(median)) \(metric.unit)"
        guard variant != base, let ratio = Summary(one.ratios(metric, variant, to: base)) else {
          return rate
        }
        return "\(rate), \(ratio) ×"
      }
      table.add([one.title.capitalizedFirst] + cells)
    }
    return table
  }

  /// What a case is about; else the first metric that says better or worse, in the order of reports.
  private func mainMetric(of one: CaseRecord) -> MetricRecord? {
    let there = results.metrics.filter { metric in
      metric.isBetterHigher != nil && one.variants.contains { !$0.values(metric).isEmpty }
    }
    return Self.mainMetrics.lazy.compactMap { name in there.first { $0.name == name } }.first
      ?? there.first
  }

  private static let mainMetrics = ["goodput", "packetRate", "p50"]

  /// Of the same cases, by the targets of today; those without one too, as they say what the others are worth.
  private var comparisons: Table {
    var table = Table(["case", "compared", "median [lowest–highest]", "target", "verdict"])
    for one in shown {
      for row in one.rows.map({ $0.judgedByToday(of: one.name) }) {
        guard let figure = row.figure else { continue }
        table.add(["`\(one.name)`", row.title, figure, row.target ?? "-", row.verdict])
      }
    }
    return table
  }
}
