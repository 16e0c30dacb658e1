/// fastun against somebody else in one number: what a reader looks at first.
struct Headline {
  struct Card {
    let one: CaseRecord
    let metric: MetricRecord
    let own: VariantRecord
    let other: VariantRecord
    /// Of every run.
    let ratio: Summary

    var isAhead: Bool { (ratio.median >= 1) == (metric.isBetterHigher ?? true) }
  }

  /// What is looked for: a metric, whom to compare with, and the cases in which that is fairest.
  private struct Wish {
    let metric: String
    let kind: CarrierKind
    let cases: [String]
  }

  private static let wishes = [
    Wish(metric: "goodput", kind: .plain, cases: ["tcp"]),
    Wish(metric: "goodput", kind: .vxlan, cases: ["tcp", "tcp-wire"]),
    Wish(metric: "goodput", kind: .wireguardGo, cases: ["sealed", "sealed-wire"]),
    Wish(metric: "packetRate", kind: .plain, cases: ["small"]),
    Wish(metric: "p50", kind: .plain, cases: ["latency"]),
  ]

  let cards: [Card]

  init(_ results: Results) {
    cards = Self.wishes.compactMap { Self.card($0, results) }
  }

  /// The first of the wished cases that has the comparison, else any that has it.
  private static func card(_ wish: Wish, _ results: Results) -> Card? {
    guard let metric = results.metrics.first(where: { $0.name == wish.metric }) else { return nil }
    let named = wish.cases.compactMap { name in results.cases.first { $0.name == name } }
    for one in named + results.cases {
      guard let other = one.variants.first(where: { $0.kind == wish.kind }),
        let own = own(in: one, metric), let ratio = Summary(one.ratios(metric, own, to: other))
      else { continue }
      return Card(one: one, metric: metric, own: own, other: other, ratio: ratio)
    }
    return nil
  }

  /// fastun as it stands for itself in a case: under its own name, as it is by default, else the
  /// last of the rungs that lead to it.
  static func own(in one: CaseRecord, _ metric: MetricRecord) -> VariantRecord? {
    let candidates = one.variants.filter { $0.kind == .fastun && !$0.values(metric).isEmpty }
    return candidates.first { $0.name == "fastun" } ?? candidates.first { $0.name == "sealed" }
      ?? candidates.last
  }

  var html: String {
    guard !cards.isEmpty else { return "" }
    return "<div class=\"cards\">\n\(cards.map(\.html).joined(separator: "\n"))\n</div>"
  }
}

extension Headline.Card {
  /// "TCP, one stream, veth as made": whom and what the number is about.
  var html: String {
    let (value, base) = (own.summary(metric)?.median ?? 0, other.summary(metric)?.median ?? 0)
    return """
      <div class="card\(isAhead ? " ahead" : "")">
      <p class="big">\(number(ratio.median))<small>×</small></p>
      <p><b>\(HTML.escape(other.title))</b>: \(HTML.escape(what))</p>
      <p class="meta">\(HTML.escape(spread)); \(number(value)) against \(number(base)) \
      \(HTML.escape(metric.shortUnit))</p>
      <p class="meta"><a href="#\(HTML.anchor("case-\(one.name)"))">\(HTML.escape(one.title))</a></p>
      </div>
      """
  }

  private var what: String {
    let name = metric.percentileWord.map { "latency, \($0)" }
    let side = isAhead ? "" : " (behind)"
    return "\(name ?? metric.title.lowercased()), \(metric.direction ?? "")\(side)"
  }

  private var spread: String {
    "\(number(ratio.lowest)) to \(number(ratio.highest)) from run to run"
  }
}
