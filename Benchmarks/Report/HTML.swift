/// Pieces of HTML, as text; whoever puts words in says whether they are to be escaped.
enum HTML {
  /// Words as text or as an attribute's value.
  static func escape(_ words: String) -> String {
    var escaped = ""
    for character in words {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A name for an anchor: letters, digits and hyphens.
  static func anchor(_ words: String) -> String {
    String(words.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  static func paragraph(_ words: String) -> String { "<p>\(escape(words))</p>" }

  /// A list of sentences; nothing where there are none.
  static func list(_ items: [String]) -> String {
    items.isEmpty ? "" : "<ul>\(items.map { "<li>\(escape($0))</li>" }.joined())</ul>"
  }

  static func section(_ title: String, id: String, _ body: [String]) -> String {
    """
    <section id="\(id)">
    <h2>\(escape(title))</h2>
    \(body.filter { !$0.isEmpty }.joined(separator: "\n"))
    </section>
    """
  }

  /// A heading with what is hidden until it is asked for.
  static func details(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "<details><summary>\(escape(title))</summary>\n\(body)\n</details>"
  }
}

/// A table that scrolls within itself where it is wider than the page.
struct HTMLTable {
  /// Columns before this one are words, the others figures, set flush right.
  private let words: Int
  private let head: [String]
  private var lines: [String] = []

  init(_ head: [String], words: Int = 1) {
    self.head = head
    self.words = words
  }

  var isEmpty: Bool { lines.isEmpty }

  /// `mark` is the class of the line: "own" for fastun's.
  mutating func add(_ cells: [String], mark: String = "") {
    addMarkup(cells.map(HTML.escape), mark: mark)
  }

  /// The same with cells that are markup.
  mutating func addMarkup(_ cells: [String], mark: String = "") {
    let attribute = mark.isEmpty ? "" : #" class="\#(mark)""#
    lines.append("<tr\(attribute)>\(row(cells, "td"))</tr>")
  }

  /// A line across all columns, for the lines below it.
  mutating func addHeading(_ words: String) {
    lines.append(
      "<tr class=\"group\"><td colspan=\"\(head.count)\">\(HTML.escape(words))</td></tr>")
  }

  var html: String {
    guard !isEmpty else { return "" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="table">
      <table>
      <thead><tr>\(row(head.map(HTML.escape), "th"))</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
  }

  private func row(_ cells: [String], _ tag: String) -> String {
    zip(0..., cells).map { column, cell in
      "<\(tag)\(column < words ? "" : #" class="n""#)>\(cell)</\(tag)>"
    }.joined()
  }
}
