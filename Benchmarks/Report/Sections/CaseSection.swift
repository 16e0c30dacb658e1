/// A case: its charts, what it was to show, and all figures for whoever wants them.
struct CaseSection {
  let one: CaseRecord
  let metrics: [MetricRecord]

  init(_ one: CaseRecord, metrics: [MetricRecord]) {
    self.one = one
    // Those that the case has, better or worse.
    self.metrics = metrics.filter { metric in
      metric.isBetterHigher != nil
        && one.variants.contains { !$0.values(metric).isEmpty }
    }
  }

  var html: String {
    """
    <article id="\(HTML.anchor("case-\(one.name)"))">
    <h3>\(HTML.escape(one.title.capitalizedFirst))</h3>
    <p class="meta">\(meta)</p>
    <div class="charts">
    \(charts.joined(separator: "\n"))
    </div>
    \(targets)
    \(HTML.details("All figures, and ratios of pairs", FigureTables(one, metrics: metrics).html))
    </article>
    """
  }

  private var meta: String {
    let runs = one.variants.map(\.samples.count).max() ?? 0
    var parts = [
      "case <code>\(HTML.escape(one.name))</code>", runs == 1 ? "1 run" : "\(runs) runs",
    ]
    // Single operations cross no link.
    if one.suite != Suite.micro.rawValue {
      parts.append("veth mode <code>\(HTML.escape(one.mode))</code>")
    }
    let (all, disturbed) = one.samples
    if disturbed > 0 { parts.append("\(disturbed) of \(all) measurements disturbed") }
    if let rate = one.shaped { parts.append("link of \(number(Double(rate) / 1e9)) Gb/s") }
    return parts.joined(separator: " · ")
  }

  private var charts: [String] {
    var parts: [String] = []
    var distributions: Set<String> = []
    for metric in metrics {
      if metric.percentile == nil {
        // A single bar compares nothing, unless there is nothing else; the tables have it.
        let count = one.variants.count { !$0.values(metric).isEmpty }
        if count > 1 || metric == metrics.first { parts.append(chart(of: metric)) }
      } else if distributions.insert(metric.distribution).inserted {
        parts.append(percentiles(of: metric.distribution))
      }
    }
    if let series = one.variants.flatMap(\.samples).compactMap(\.series).first {
      parts.append(
        figure(
          "Goodput over time in Gb/s",
          "seconds along the bottom; dashed: new keys in use; the first run",
          SeriesChart(series: series).svg))
    }
    return parts
  }

  private func chart(of metric: MetricRecord) -> String {
    let label = metric.caption
    let bars = one.variants.compactMap { variant in
      variant.summary(metric).map {
        BarChart.Bar(label: variant.name, isOwn: variant.kind == .fastun, summary: $0)
      }
    }
    let isBetterHigher = metric.isBetterHigher ?? true
    if one.isLadder {
      let rungs = bars.map {
        LadderChart.Rung(label: $0.label, isOwn: $0.isOwn, summary: $0.summary)
      }
      return figure(
        label,
        """
        \(metric.direction ?? ""); ×: change from the rung before; pale: what was there before; \
        outline: what has gone
        """,
        LadderChart(label: label, rungs: rungs, isBetterHigher: isBetterHigher).svg)
    }
    // Best first, where others are there to be compared with; else as the case has them.
    let isContest = bars.contains { $0.isOwn } && bars.contains { !$0.isOwn }
    let sorted = bars.sorted {
      isBetterHigher
        ? $0.summary.median > $1.summary.median : $0.summary.median < $1.summary.median
    }
    return figure(
      label, metric.direction ?? "",
      BarChart(label: label, bars: isContest ? sorted : bars).svg)
  }

  private func percentiles(of distribution: String) -> String {
    let chosen = metrics.filter { $0.percentile != nil && $0.distribution == distribution }
      .sorted { $0.percentile! < $1.percentile! }
    let names = chosen.map { $0.percentileWord ?? "" }
    let spreads = one.variants.compactMap { variant -> PercentileChart.Spread? in
      let values = chosen.compactMap { variant.summary($0)?.median }
      guard values.count == chosen.count else { return nil }
      return .init(label: variant.name, isOwn: variant.kind == .fastun, values: values)
    }
    let words = distribution.split(separator: " ").dropLast().joined(separator: " ")
    let title = "Latency\(words.isEmpty ? "" : ", \(words)"), in \(chosen[0].shortUnit)"
    return figure(
      title, "less is better; shades end at \(names.joined(separator: " · "))",
      PercentileChart(label: title, percentiles: names, spreads: spreads).svg)
  }

  private func figure(_ title: String, _ note: String, _ svg: String) -> String {
    """
    <figure>
    <figcaption><b>\(HTML.escape(title))</b> <span>\(HTML.escape(note))</span></figcaption>
    \(svg)
    </figure>
    """
  }

  private var targets: String {
    var table = HTMLTable(["against the targets", "median [min–max]", "target", "verdict"])
    for row in one.rows {
      let verdict =
        switch row.isMet {
        case true?: #"<span class="chip met">met</span>"#
        case false?: #"<span class="chip missed">not met</span>"#
        case nil: HTML.escape(row.verdict)
        }
      let figure = row.figure.map { row.unit == "x" ? "\($0) ×" : $0 } ?? "–"
      table.addMarkup(
        [row.title, figure, row.target ?? "–"].map(HTML.escape) + [verdict])
    }
    return table.html
  }
}
