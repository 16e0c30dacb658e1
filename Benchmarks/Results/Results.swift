import Foundation
import Testbed

/// Everything that a run gave, as results.json keeps it. All reports are made from it alone.
struct Results: Codable, Equatable, Sendable {
  /// Of the file; goes up when older files can no longer be read.
  static let currentFormat = 2

  /// How it was measured.
  struct Settings: Codable, Equatable, Sendable {
    var runs: Int
    var seconds: Double
    var isQuick: Bool
    /// How often a disturbed measurement was taken again at most.
    var repeats: Int
  }

  var format = Results.currentFormat
  var environment: Environment
  var settings: Settings
  /// What ended it early; nil where it went to its end.
  var endedBy: String?
  var elapsedSeconds: Double
  /// Measurements taken again because something disturbed them, and those kept though disturbed.
  var repeated: Int
  var keptDisturbed: Int
  /// What was not measured at all, though nobody said so.
  var omissions: [Selection.Omission]
  /// The metrics that occur, in the order in which reports show them.
  var metrics: [MetricRecord]
  var cases: [CaseRecord]

  /// The cases of each suite that has some, in the order of ``Suite``; suites that this program
  /// does not know come last.
  var suites: [(name: String, cases: [CaseRecord])] {
    let known = Suite.allCases.map(\.rawValue)
    let others = Set(cases.map(\.suite)).subtracting(known).sorted()
    return (known + others).compactMap { name in
      let cases = cases.filter { $0.suite == name && $0.hasSamples }
      return cases.isEmpty ? nil : (name, cases)
    }
  }

  /// Why there is no figure of something, and what went wrong.
  var leftOut: [String] {
    omissions.map { "\($0.what): \($0.reason)" }
      + cases.flatMap { one in
        one.variants.compactMap { variant in
          variant.leftOut.map { "\(one.name), \(variant.name): \($0)" }
        }
      }
  }
  /// What a reader must know of how figures came about, once for each case and reason.
  var remarks: [String] {
    cases.flatMap { one in
      var variants: [(reason: String, names: [String])] = []
      for variant in one.variants {
        guard let reason = variant.remark else { continue }
        if let index = variants.firstIndex(where: { $0.reason == reason }) {
          variants[index].names.append(variant.name)
        } else {
          variants.append((reason, [variant.name]))
        }
      }
      return variants.map { "\(one.name), \($0.names.joined(separator: ", ")): \($0.reason)" }
    }
  }
  /// Versions and settings of the programs that fastun was compared with, once for each.
  var opponents: [(name: String, version: String, settings: String?)] {
    var known: [String: (name: String, version: String, settings: String?)] = [:]
    for variant in cases.flatMap(\.variants) {
      guard let version = variant.version else { continue }
      known[variant.name] = (variant.name, version, variant.settings)
    }
    return known.values.sorted { $0.name < $1.name }
  }
  /// Of all cases together.
  var samples: (all: Int, disturbed: Int) {
    let samples = cases.map(\.samples)
    return (samples.reduce(0) { $0 + $1.all }, samples.reduce(0) { $0 + $1.disturbed })
  }
  /// Variants of fastun that could be had, failed, and gave no sample.
  var failedVariants: [String] {
    cases.flatMap { one in
      one.variants.filter {
        $0.kind == .fastun && $0.samples.isEmpty && $0.leftOut == nil && !one.failures.isEmpty
      }.map { "\(one.name), \($0.name)" }
    }
  }
  var failures: [String] { cases.flatMap(\.failures) }

  /// The series in which goodput fell deepest near a rekey: what a plot should not hide.
  var deepestDip: RekeySeries? {
    let samples = cases.flatMap(\.variants).flatMap(\.samples).filter { $0.series != nil }
    return samples.min { ($0.values["dip"] ?? 1) < ($1.values["dip"] ?? 1) }?.series
  }
}

extension Results {
  /// Reads a file; the error says what is the matter with it.
  init(file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw TestbedError("\(file) cannot be read")
    }
    struct Head: Decodable { let format: Int? }
    guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
      throw TestbedError("\(file) is not JSON of this program")
    }
    guard head.format == Self.currentFormat else {
      throw TestbedError(
        """
        \(file) has format \(head.format ?? 1), and this program reads \(Self.currentFormat): \
        measure again, or use the program that wrote it
        """)
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw TestbedError("\(file) does not hold the results of a run: \(error)")
    }
  }

  /// Keys in alphabetic order, so that two files can be compared line by line.
  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }

  func write(to file: String) throws {
    try json.write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}
