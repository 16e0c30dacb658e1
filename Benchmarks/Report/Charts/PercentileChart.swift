/// How latencies are spread: for each carrier one bar, whose shades end at the percentiles.
struct PercentileChart {
  struct Spread {
    let label: String
    let isOwn: Bool
    /// Medians of the runs, by percentile, lowest percentile first.
    let values: [Double]
  }

  let label: String
  /// Their names, "p50" and so on, in the order of the values.
  let percentiles: [String]
  let spreads: [Spread]

  private let pitch = 38.0
  private let thickness = 12.0
  private let offset = 18.0
  /// Beyond this there is no shade of its own.
  private let shades = 3

  var svg: String {
    let highest = spreads.flatMap(\.values).max() ?? 1
    let axis = Axis(upTo: highest > 0 ? highest : 1, from: 0, to: SVG.width - 4)
    let height = Double(spreads.count) * pitch
    var parts = axis.ticks.map { SVG.line(axis.position($0), 0, axis.position($0), height, "grid") }
    for (index, spread) in spreads.enumerated() {
      parts += draw(spread, top: Double(index) * pitch, axis)
    }
    parts += axis.labels(y: height + 12)
    return SVG.picture(height: height + 18, label: label, parts)
  }

  private func draw(_ spread: Spread, top: Double, _ axis: Axis) -> [String] {
    let own = spread.isOwn ? " own" : ""
    let values = spread.values.map(number).joined(separator: " · ")
    var parts = [
      SVG.text(SVG.clipped(spread.label, to: 30), 0, top + 13, "label\(own)"),
      SVG.text(values, SVG.width - 2, top + 13, "value\(own)"),
    ]
    var start = 0.0
    for (index, value) in spread.values.enumerated() {
      let end = axis.position(value)
      let shade = "bar\(own) shade\(min(index, shades - 1))"
      parts.append(
        SVG.bar(from: start, to: max(start, end), y: top + offset, height: thickness, shade))
      start = max(start, end)
    }
    return parts
  }
}
