/// Every comparison in which somebody else's median is better than fastun's.
struct NotAhead {
  struct Finding {
    let one: CaseRecord
    let metric: MetricRecord
    let other: VariantRecord
    /// The variants of fastun that are behind, and the best of all its variants.
    let behind: [VariantRecord]
    let best: VariantRecord

    /// No variant of fastun is ahead.
    var isComplete: Bool { behind.contains { $0.name == best.name } }
  }

  let findings: [Finding]
  /// How many comparisons there were.
  let compared: Int

  init(_ results: Results) {
    var findings: [Finding] = []
    var compared = 0
    for one in results.cases {
      for metric in results.metrics {
        guard let isBetterHigher = metric.isBetterHigher else { continue }
        func isBetter(_ a: VariantRecord, _ b: VariantRecord) -> Bool {
          guard let a = a.summary(metric)?.median, let b = b.summary(metric)?.median else {
            return false
          }
          return isBetterHigher ? a > b : a < b
        }
        let measured = one.variants.filter { !$0.values(metric).isEmpty }
        let own = measured.filter { $0.kind == .fastun }
        guard let best = own.max(by: { isBetter($1, $0) }) else { continue }
        for other in measured where other.kind != .fastun {
          compared += 1
          let behind = own.filter { isBetter(other, $0) }
          guard !behind.isEmpty else { continue }
          findings.append(
            Finding(one: one, metric: metric, other: other, behind: behind, best: best))
        }
      }
    }
    self.findings = findings
    self.compared = compared
  }

  var html: String {
    guard compared > 0 else {
      return HTML.paragraph("Nothing else was measured beside fastun, so nothing can be said.")
    }
    let complete = findings.filter(\.isComplete)
    let partial = findings.filter { !$0.isComplete }
    let count = """
      Of \(compared) comparisons with another carrier, fastun is behind in \(complete.count) \
      whatever its options, and some of its variants are behind in another \(partial.count). \
      Listed is every one in which the other's median is better, however little.
      """
    return [
      HTML.paragraph(count), table(complete, namesVariants: false),
      HTML.details(
        "Behind with some options, or on some rungs", table(partial, namesVariants: true)),
    ].joined(separator: "\n")
  }

  /// By case; `namesVariants`: which ones are behind, where not all are.
  private func table(_ findings: [Finding], namesVariants: Bool) -> String {
    var words = ["figure", "who is ahead", "fastun's best variant"]
    if namesVariants { words.append("variants behind") }
    var table = HTMLTable(
      words + ["its median", "the other's", "ratio, run by run"], words: words.count)
    var last: String?
    for finding in findings {
      let (one, metric, best) = (finding.one, finding.metric, finding.best)
      if one.name != last { table.addHeading(one.title.capitalizedFirst) }
      last = one.name
      var cells = [metric.unit, finding.other.title, best.name]
      if namesVariants { cells.append(finding.behind.map(\.name).joined(separator: "; ")) }
      cells += [best, finding.other].map { $0.summary(metric).map { number($0.median) } ?? "–" }
      cells.append(Summary(one.ratios(metric, best, to: finding.other)).map { "\($0)" } ?? "–")
      table.add(cells)
    }
    return table.html
  }
}
