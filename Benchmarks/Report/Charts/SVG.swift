/// Pieces of SVG. Colours come from classes of the page's style, so that they follow its scheme.
enum SVG {
  /// Width of all charts, in units of their own: some 360 to 480 pixels on any screen, so that
  /// words stay readable on a phone.
  static let width = 360.0

  static func picture(height: Double, label: String, _ parts: [String]) -> String {
    """
    <svg viewBox="0 0 \(place(width)) \(place(height))" role="img" \
    aria-label="\(HTML.escape(label))">
    \(parts.joined(separator: "\n"))
    </svg>
    """
  }

  static func bar(from: Double, to: Double, y: Double, height: Double, _ style: String) -> String {
    let left = min(from, to)
    // What is not nothing is seen.
    let width = max(abs(to - from), 1)
    return """
      <rect class="\(style)" x="\(place(left))" y="\(place(y))" width="\(place(width))" \
      height="\(place(height))" rx="2"/>
      """
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  )
    -> String
  {
    """
    <line class="\(style)" x1="\(place(x1))" y1="\(place(y1))" x2="\(place(x2))" \
    y2="\(place(y2))"/>
    """
  }

  static func text(_ words: String, _ x: Double, _ y: Double, _ style: String) -> String {
    """
    <text class="\(style)" x="\(place(x))" y="\(place(y))">\(HTML.escape(words))</text>
    """
  }

  /// From lowest to highest, with an end to either side.
  static func whisker(from low: Double, to high: Double, y: Double, reach: Double) -> String {
    [
      line(low, y, high, y, "whisker"), line(low, y - reach, low, y + reach, "whisker"),
      line(high, y - reach, high, y + reach, "whisker"),
    ].joined()
  }

  /// Cut to so many characters, which shows.
  static func clipped(_ words: String, to count: Int) -> String {
    words.count <= count ? words : words.prefix(count - 1) + "…"
  }

  /// To a tenth of a unit.
  static func place(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let rest = abs(tenths) % 10
    return rest == 0
      ? "\(sign)\(abs(tenths) / 10)" : "\(sign)\(abs(tenths) / 10).\(rest)"
  }
}
