/// A walk from rung to rung: what each idea adds to the one before it, or takes away.
struct LadderChart {
  struct Rung {
    let label: String
    let isOwn: Bool
    let summary: Summary
  }

  let label: String
  let rungs: [Rung]
  let isBetterHigher: Bool

  private let pitch = 40.0
  private let thickness = 13.0
  private let offset = 19.0

  var svg: String {
    let highest = rungs.map(\.summary.highest).max() ?? 1
    let axis = Axis(upTo: highest > 0 ? highest : 1, from: 0, to: SVG.width - 4)
    let height = Double(rungs.count) * pitch
    var parts = axis.ticks.map { SVG.line(axis.position($0), 0, axis.position($0), height, "grid") }
    for (index, rung) in rungs.enumerated() {
      parts += draw(rung, after: index > 0 ? rungs[index - 1] : nil, index: index, axis)
    }
    parts += axis.labels(y: height + 12)
    return SVG.picture(height: height + 18, label: label, parts)
  }

  private func draw(_ rung: Rung, after last: Rung?, index: Int, _ axis: Axis) -> [String] {
    let top = Double(index) * pitch
    let y = top + offset
    let own = rung.isOwn ? " own" : ""
    let end = axis.position(rung.summary.median)
    var parts = [
      SVG.text(
        SVG.clipped("\(index + 1)  \(rung.label)", to: 34), 0, top + 14, "label\(own)"),
      SVG.text(value(of: rung, after: last), SVG.width - 2, top + 14, "value\(own)"),
    ]
    if let last, last.isOwn == rung.isOwn {
      // What was there already, pale; what this rung adds, or takes away, in full.
      let before = axis.position(last.summary.median)
      let isGain = (end > before) == isBetterHigher
      parts.append(
        SVG.bar(from: 0, to: min(before, end), y: y, height: thickness, "bar pale\(own)"))
      parts.append(
        SVG.bar(
          from: before, to: end, y: y, height: thickness, isGain ? "bar\(own)" : "bar loss"))
      parts.append(SVG.line(before, y - pitch + thickness, before, y, "step"))
    } else {
      parts.append(SVG.bar(from: 0, to: end, y: y, height: thickness, "bar\(own)"))
    }
    parts.append(
      SVG.whisker(
        from: axis.position(rung.summary.lowest), to: axis.position(rung.summary.highest),
        y: y + thickness / 2, reach: 4))
    return parts
  }

  /// The median, and how often the one of the rung before goes into it.
  private func value(of rung: Rung, after last: Rung?) -> String {
    let median = rung.summary.median
    guard let last, last.summary.median > 0, last.isOwn == rung.isOwn else {
      return number(median)
    }
    return "×\(number(median / last.summary.median))   \(number(median))"
  }
}
