/// A walk from rung to rung: what each idea adds to the one before it, or takes away. fastun's
/// walk begins where the last of the others stands; they are shown for reference.
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
    SVG.rows(rungs.map(\.summary.highest), pitch: pitch, label: label) { index, axis in
      draw(rungs[index], after: index > 0 ? rungs[index - 1] : nil, index: index, axis)
    }
  }

  private func draw(_ rung: Rung, after last: Rung?, index: Int, _ axis: Axis) -> [String] {
    let top = Double(index) * pitch
    let y = top + offset
    let own = rung.isOwn ? " own" : ""
    let end = axis.position(rung.summary.median)
    var parts = [
      SVG.text(
        SVG.clipped("\(index + 1). \(rung.label)", to: 38), 0, top + 14, "label\(own)"),
      SVG.text(gain(of: rung, after: last), SVG.width - 48, top + 14, "value soft"),
      SVG.text(number(rung.summary.median), SVG.width - 2, top + 14, "value\(own)"),
    ]
    if let last, rung.isOwn {
      let before = axis.position(last.summary.median)
      parts += step(from: before, to: end, y: y, isGain: (end > before) == isBetterHigher)
      // First, so that words stand on it.
      parts.insert(SVG.line(before, y - pitch + thickness, before, y, "step"), at: 0)
    } else {
      parts.append(SVG.bar(from: 0, to: end, y: y, height: thickness, "bar\(own)"))
    }
    parts.append(
      SVG.whisker(
        from: axis.position(rung.summary.lowest), to: axis.position(rung.summary.highest),
        y: y + thickness / 2, reach: 4))
    return parts
  }

  /// A bar as long as the figure: what was there before is pale and what has come is in full; what
  /// has gone is an outline beyond its end.
  private func step(from before: Double, to end: Double, y: Double, isGain: Bool) -> [String] {
    func bar(_ from: Double, _ to: Double, _ style: String) -> String {
      SVG.bar(from: from, to: to, y: y, height: thickness, "bar \(style)")
    }
    return end >= before
      ? [bar(0, before, "pale own"), bar(before, end, isGain ? "own" : "worse")]
      : [bar(0, end, isGain ? "own" : "pale own"), bar(end, before, isGain ? "saved" : "lost")]
  }

  /// How often the figure of the rung before goes into this one's.
  private func gain(of rung: Rung, after last: Rung?) -> String {
    guard let last, last.summary.median > 0, rung.isOwn else { return "" }
    return "×\(number(rung.summary.median / last.summary.median))"
  }
}
