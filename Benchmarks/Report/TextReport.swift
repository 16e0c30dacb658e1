/// The results in words and tables, for a terminal.
struct TextReport {
  let results: Results

  init(_ results: Results) { self.results = results }

  var text: String {
    var parts = ["## What was measured\n\n" + measured]
    if !rows.isEmpty { parts.append("## Against the targets\n\n" + rows.text) }
    add("Failed", results.failures, to: &parts)
    add("Left out", results.leftOut, to: &parts)
    add("To be known of the figures", results.remarks, to: &parts)
    parts.append(closing)
    return parts.joined(separator: "\n\n")
  }

  private func add(_ title: String, _ lines: [String], to parts: inout [String]) {
    guard !lines.isEmpty else { return }
    parts.append("## \(title)\n\n" + lines.map { "- \($0)" }.joined(separator: "\n"))
  }

  private var measured: String {
    var table = Table(["suite", "case", "carrier", "figure", "median [min–max]"])
    for one in results.cases {
      for variant in one.variants {
        for metric in results.metrics {
          guard let summary = variant.summary(metric) else { continue }
          table.add([one.suite, one.name, variant.name, metric.unit, "\(summary)"])
        }
      }
    }
    return table.text
  }

  private var rows: Table {
    var table = Table(["what", "median [min–max]", "target", "verdict"])
    for row in results.cases.flatMap(\.rows) {
      table.add([row.title, row.figure ?? "-", row.target ?? "-", row.verdict])
    }
    return table
  }

  private var closing: String {
    let early = results.endedBy.map { "ENDED EARLY by \($0). " } ?? ""
    return """
      \(early)\(results.environment.machine). \(results.method) \(results.disturbances) \
      \(results.environment.doubts.joined(separator: " "))

      What this cannot show: \(Limits.sentences.joined(separator: " "))
      """
  }
}

extension Results {
  /// How the figures came about, in a sentence or two.
  var method: String {
    """
    \(settings.runs) runs of \(short(settings.seconds)) s, the variants of a case in turn; ratios \
    are taken within each run, then their median.
    """
  }

  /// What disturbed them.
  var disturbances: String {
    """
    \(repeated) measurements were taken again because of other load, \(keptDisturbed) kept though \
    disturbed.
    """
  }
}

extension RowRecord {
  /// The figure with its range and unit; nil where there is none.
  var figure: String? {
    Summary(values).map { unit == "x" ? "\($0)" : "\($0) \(unit)" }
  }
}
