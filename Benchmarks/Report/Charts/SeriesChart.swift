/// Goodput over time, with the moments at which keys were made anew.
struct SeriesChart {
  let series: RekeySeries

  private let top = 8.0
  private let bottom = 150.0
  private let left = 28.0

  var svg: String {
    let bins = series.bins(of: 1)
    let highest = bins.map { $0.goodput / 1e9 }.max() ?? 1
    let up = Axis(upTo: highest, from: bottom, to: top, reachesNextTick: true)
    let across = Axis(upTo: series.seconds.last ?? 1, from: left, to: SVG.width - 4)
    var parts = up.ticks.flatMap { value in
      [
        SVG.line(left, up.position(value), SVG.width - 4, up.position(value), "grid"),
        SVG.text(up.label(value), left - 6, up.position(value) + 4, "tick last"),
      ]
    }
    parts += series.rekeys.map {
      SVG.line(across.position($0), top, across.position($0), bottom, "moment")
    }
    let points = bins.map {
      let x = SVG.place(across.position(($0.start + $0.end) / 2))
      return "\(x),\(SVG.place(up.position($0.goodput / 1e9)))"
    }
    parts.append(#"<polyline class="curve" points="\#(points.joined(separator: " "))"/>"#)
    parts += across.labels(y: bottom + 14)
    return SVG.picture(
      height: bottom + 20, label: "goodput over time while keys are made anew", parts)
  }
}
