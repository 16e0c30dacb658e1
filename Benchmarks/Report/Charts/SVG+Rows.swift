extension SVG {
  /// A chart of rows under each other over one axis from 0, which ends at the highest value. `draw` gives what
  /// stands in a row.
  static func rows(
    _ highest: [Double], pitch: Double, label: String, draw: (Int, Axis) -> [String]
  ) -> String {
    let top = highest.max() ?? 1
    let axis = Axis(upTo: top > 0 ? top : 1, from: 0, to: width - 4)
    let height = Double(highest.count) * pitch
    var parts = axis.ticks.map { line(axis.position($0), 0, axis.position($0), height, "grid") }
    for index in highest.indices { parts += draw(index, axis) }
    parts += axis.labels(y: height + 12)
    return picture(height: height + 18, label: label, parts)
  }
}
