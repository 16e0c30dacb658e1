/// Medians as bars from 0, with whiskers from the lowest to the highest; fastun's stand out.
struct BarChart {
  struct Bar {
    let label: String
    let isOwn: Bool
    let summary: Summary
  }

  let label: String
  let bars: [Bar]

  private let pitch = 38.0
  private let thickness = 12.0
  /// Below a bar's words.
  private let offset = 18.0

  var svg: String {
    SVG.rows(bars.map(\.summary.highest), pitch: pitch, label: label) { index, axis in
      draw(bars[index], top: Double(index) * pitch, axis)
    }
  }

  private func draw(_ bar: Bar, top: Double, _ axis: Axis) -> [String] {
    let y = top + offset
    let own = bar.isOwn ? " own" : ""
    let value = bar.summary
    return [
      SVG.text(SVG.clipped(bar.label, to: 36), 0, top + 13, "label\(own)"),
      SVG.text(number(value.median), SVG.width - 2, top + 13, "value\(own)"),
      SVG.bar(from: 0, to: axis.position(value.median), y: y, height: thickness, "bar\(own)"),
      SVG.whisker(
        from: axis.position(value.lowest), to: axis.position(value.highest),
        y: y + thickness / 2, reach: 4),
    ]
  }
}

extension Axis {
  /// The numbers at its ticks, below a chart: few enough not to touch.
  func labels(y: Double) -> [String] {
    let every = ticks.count > 6 ? 2 : 1
    return ticks.enumerated().compactMap { index, value in
      guard index % every == 0 else { return nil }
      let x = position(value)
      let side = x < 12 ? "tick first" : x > SVG.width - 16 ? "tick last" : "tick"
      return SVG.text(label(value), x, y, side)
    }
  }
}
