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
    \(samples.disturbed) of \(samples.all) measurements were disturbed by other load on the machine or its host, and \
    kept as none better came; \(repeated) were taken again. \(slowing)\(distance)
    """
  }

  /// What ``CoreWatch`` found. Results of before there was one have nothing about it.
  private var slowing: String {
    guard let summary = Summary(cases.flatMap(\.variants).flatMap(\.slowedPercents)) else {
      return """
        Whether others ran on the same cores was not looked at, nor were single operations watched.
        """
    }
    return """
      CPUs were slowed by what other guests ran on the same cores for \(summary) % of the time: no counter of \
      the system shows it, and it costs up to a third of a rate.
      """
  }

  /// What it found of two CPUs; nothing where they are as far apart as the system says, or where it did not look.
  private var distance: String {
    guard let summary = Summary(cases.flatMap(\.variants).flatMap(\.farPercents)) else { return "" }
    return """
       They ran on cores that share no cache, though the system says that they do, for \(summary) % of the time, \
      which costs up to half of a rate.
      """
  }
}

extension RowRecord {
  /// The figure with its range and unit; nil where there is none.
  var figure: String? {
    guard let summary = Summary(values) else { return nil }
    var text = "\(summary)"
    // Rounded like the bound, it would seem to have reached it.
    let median = number(summary.median)
    if isMet == false, target?.hasSuffix(" \(median)") == true {
      text = number(summary.median, more: 1) + text.dropFirst(median.count)
    }
    return unit == "x" ? text : "\(text) \(unit)"
  }

  /// The same judged by the target of today, where it still has one of that title.
  func judgedByToday(of name: String) -> RowRecord {
    guard let median, let one = Case.all.first(where: { $0.name == name }),
      let row = one.rows.first(where: { $0.title == title })
    else { return self }
    var judged = self
    judged.target = row.target.text
    judged.isMet = row.target.isMet(by: median)
    return judged
  }
}
