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
      HTML.paragraph(count), table("behind, whatever the options", complete),
      HTML.details(
        "Behind with some options, or on some rungs",
        table("behind in part", partial)),
    ].joined(separator: "\n")
  }

  private func table(_ title: String, _ findings: [Finding]) -> String {
    var table = HTMLTable(
      [title, "figure", "who is ahead", "its median", "fastun's best", "variants behind"], words: 3)
    for finding in findings {
      let (metric, best) = (finding.metric, finding.best)
      let value = best.summary(metric)?.median ?? 0
      let other = finding.other.summary(metric)?.median ?? 0
      let ratio = other == 0 ? "" : " (\(number(value / other)) ×)"
      let behind = finding.behind.map(\.name).joined(separator: "; ")
      table.add([
        finding.one.title, metric.unit, finding.other.title, number(other),
        "\(number(value))\(ratio)", behind,
      ])
    }
    return table.html
  }
}
