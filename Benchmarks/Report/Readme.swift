import Foundation
import Testbed

/// README.md, of which a part is written by this program.
struct Readme {
  static let begin = "<!-- figures -->"
  static let end = "<!-- /figures -->"
  private static let root = FastunProgram.packageRoot
  private static let file = "\(root)/README.md"

  private(set) var text: String

  /// What stands between the marks; nil where there are no two marks in order.
  var figures: Substring? {
    range.map { text[$0] }
  }

  private var range: Range<String.Index>? {
    guard let opening = text.range(of: Self.begin),
      let closing = text.range(of: Self.end, range: opening.upperBound..<text.endIndex)
    else { return nil }
    return opening.upperBound..<closing.lowerBound
  }

  /// The results that the figures name: the targets of their links to JSON files, in order.
  var namedResults: [String] {
    guard let figures else { return [] }
    var targets: [String] = []
    var rest = figures
    while let opening = rest.range(of: "](") {
      rest = rest[opening.upperBound...]
      let target = rest.prefix { $0 != ")" }
      if target.hasSuffix(".json") { targets.append(String(target)) }
    }
    return targets
  }

  /// The same with other figures; throws where it has no place for them.
  func with(figures: String) throws -> Readme {
    guard let range else {
      throw TestbedError("README.md has no lines \(Self.begin) and \(Self.end) to write between")
    }
    var changed = self
    changed.text.replaceSubrange(range, with: "\n\(figures)\n")
    return changed
  }

  /// Writes the figures of files, which must be the repository's for others to look them up.
  static func write(from files: [String]) throws {
    let names = try files.map { file in
      let path = URL(fileURLWithPath: file).standardizedFileURL.path
      guard path.hasPrefix("\(root)/") else {
        throw TestbedError("\(file) is not in \(root): copy it to perf/results first")
      }
      return String(path.dropFirst(root.count + 1))
    }
    let changed = try read().with(figures: figures(of: names))
    try changed.text.write(toFile: Self.file, atomically: true, encoding: .utf8)
    tell("README.md has the figures of \(names.joined(separator: ", "))")
  }

  /// Those of each of the repository's files, in turn.
  private static func figures(of names: [String]) throws -> String {
    try names.map { ReadmeFigures(results: try Results(file: "\(root)/\($0)"), path: $0).text }
      .joined(separator: "\n\n")
  }

  /// 1 where README.md does not say what the results that it names say, which it tells; else 0.
  static func check() -> Int32 {
    do {
      let readme = try read()
      let names = readme.namedResults
      guard !names.isEmpty else { throw TestbedError("README.md's figures name no results") }
      guard try readme.with(figures: figures(of: names)).text == readme.text else {
        throw TestbedError("README.md's figures are not those of \(names.joined(separator: ", "))")
      }
      return 0
    } catch {
      complain("\(error); 'swift run Benchmarks --readme FILE.json …' writes them")
      return 1
    }
  }

  private static func read() throws -> Readme {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw TestbedError("\(file) cannot be read")
    }
    return Readme(text: String(decoding: data, as: UTF8.self))
  }
}
