/// Goodput over time with the moments at which keys were made anew, as an SVG picture that stands
/// alone.
struct RekeyPlot {
  let series: RekeySeries

  // In pixels: the picture, and within it the frame that the axes make.
  private let size = (width: 960.0, height: 464.0)
  private let frame = (left: 76.0, top: 56.0, right: 936.0, bottom: 372.0)

  var svg: String {
    let end = series.seconds.last ?? 1
    let bins = series.bins(of: 1)
    let highest = bins.map { $0.goodput / 1e9 }.max() ?? 1
    let across = Axis(upTo: end, from: frame.left, to: frame.right)
    let up = Axis(upTo: highest, from: frame.bottom, to: frame.top, reachesNextTick: true)
    let parts = [head, ticks(across, up), reference(across, up), marks(across)]
    return (parts + [curve(bins, across, up), legend, "</svg>\n"]).joined(separator: "\n")
  }

  private var head: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(place(size.width))" \
    height="\(place(size.height))" viewBox="0 0 \(place(size.width)) \(place(size.height))" \
    font-family="sans-serif" font-size="14" fill="#222">
    <rect width="100%" height="100%" fill="#fff"/>
    \(text("TCP, one stream, while keys are made anew", frame.left, 28, size: 17))
    """
  }

  private func ticks(_ across: Axis, _ up: Axis) -> String {
    var lines: [String] = []
    for value in up.ticks {
      let y = up.position(value)
      lines.append(line(frame.left, y, frame.right, y, "#ddd"))
      lines.append(text(up.label(value), frame.left - 8, y + 5, anchor: "end"))
    }
    for value in across.ticks {
      let x = across.position(value)
      lines.append(line(x, frame.bottom, x, frame.bottom + 5, "#222"))
      lines.append(text(across.label(value), x, frame.bottom + 22, anchor: "middle"))
    }
    lines.append(line(frame.left, frame.bottom, frame.right, frame.bottom, "#222"))
    lines.append(line(frame.left, frame.top, frame.left, frame.bottom, "#222"))
    let middle = (frame.left + frame.right) / 2
    lines.append(text("time, s", middle, frame.bottom + 46, anchor: "middle"))
    let height = (frame.top + frame.bottom) / 2
    lines.append(
      """
      <text x="22" y="\(place(height))" text-anchor="middle" \
      transform="rotate(-90 22 \(place(height)))">goodput, Gb/s</text>
      """)
    return lines.joined(separator: "\n")
  }

  /// The median of all 100 ms, and the share of it below which none near a rekey should fall.
  private func reference(_ across: Axis, _ up: Axis) -> String {
    guard let median = series.dips?.median else { return "" }
    return [1, 0.7].map { share in
      let y = up.position(median / 1e9 * share)
      return line(frame.left, y, frame.right, y, "#2a7", dashes: share == 1 ? "" : "2 4")
    }.joined(separator: "\n")
  }

  private func marks(_ across: Axis) -> String {
    series.rekeys.map {
      let x = across.position($0)
      return line(x, frame.top, x, frame.bottom, "#c33", dashes: "6 4", width: 1.5)
    }.joined(separator: "\n")
  }

  private func curve(_ bins: [RekeySeries.Bin], _ across: Axis, _ up: Axis) -> String {
    let points = bins.map {
      "\(place(across.position(($0.start + $0.end) / 2))),\(place(up.position($0.goodput / 1e9)))"
    }
    return """
      <polyline fill="none" stroke="#147" stroke-width="2" stroke-linejoin="round" \
      points="\(points.joined(separator: " "))"/>
      """
  }

  private var legend: String {
    let y = size.height - 12
    let entries = [
      ("#147", "", "goodput of each 50 ms"), ("#c33", "6 4", "new keys in use"),
      ("#2a7", "", "median of all 100 ms"), ("#2a7", "2 4", "0.7 of it"),
    ]
    return zip(0..., entries).map { index, entry in
      let x = frame.left + Double(index) * 215
      return line(x, y - 5, x + 28, y - 5, entry.0, dashes: entry.1, width: 2) + "\n"
        + text(entry.2, x + 36, y)
    }.joined(separator: "\n")
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String, dashes: String = "",
    width: Double = 1
  ) -> String {
    let pattern = dashes.isEmpty ? "" : #" stroke-dasharray="\#(dashes)""#
    return """
      <line x1="\(place(x1))" y1="\(place(y1))" x2="\(place(x2))" y2="\(place(y2))" \
      stroke="\(color)" stroke-width="\(place(width))"\(pattern)/>
      """
  }

  private func text(
    _ words: String, _ x: Double, _ y: Double, anchor: String = "start", size: Int = 14
  ) -> String {
    """
    <text x="\(place(x))" y="\(place(y))" text-anchor="\(anchor)" \
    font-size="\(size)">\(words)</text>
    """
  }

  /// To a tenth of a pixel.
  private func place(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
