/// A table in plain text that is Markdown too.
struct Table {
  private var lines: [[String]]

  init(_ head: [String]) { lines = [head] }

  mutating func add(_ cells: [String]) { lines.append(cells) }

  var isEmpty: Bool { lines.count == 1 }

  var text: String {
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max()! }
    func line(_ cells: [String]) -> String {
      "| " + zip(cells, widths).map { $0.padded($1) }.joined(separator: " | ") + " |"
    }
    let rule =
      "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(lines[0]), rule] + lines.dropFirst().map(line)).joined(separator: "\n")
  }
}
