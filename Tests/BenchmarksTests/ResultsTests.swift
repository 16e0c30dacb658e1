import Foundation
import Testing

@testable import Benchmarks

@Suite struct ResultsTests {
  @Test func areReadAsTheyWereWritten() throws {
    let file = NSTemporaryDirectory() + "fastun-results-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Made.usual.write(to: file)
    let read = try Results(file: file)
    #expect(read == Made.usual)
    let (json, sameJSON) = (try read.json, try Made.usual.json)
    #expect(json == sameJSON)
  }

  @Test func olderFilesAreRefusedWithTheReason() throws {
    let file = NSTemporaryDirectory() + "fastun-results-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data(#"{"kernel":"6.1","rows":[]}"#.utf8).write(to: URL(fileURLWithPath: file))
    #expect { try Results(file: file) } throws: { "\($0)".contains("format 1") }
  }

  @Test func fastunsFailuresAreNamed() {
    var one = Made.aCase([
      Made.variant("fastun", .fastun, []), Made.variant("sealed", .fastun, [1]),
      Made.variant("plain", .plain, []),
    ])
    // Nothing went wrong: it had no turn.
    #expect(Made.results([one]).failedVariants == [])
    one.failures = ["tcp run 1/5 fastun: no peer"]
    #expect(Made.results([one]).failedVariants == ["tcp, fastun"])
    one.variants[0].leftOut = "not here"
    #expect(Made.results([one]).failedVariants == [])
  }

  @Test func disturbedMeasurementsAndOpponentsAreNamed() {
    var results = Made.usual
    results.cases[0].variants[1].samples[0].isDisturbed = true
    results.cases[0].variants[2].version = "vxlan 7"
    results.cases[0].variants[2].settings = "as it comes"
    #expect(results.samples.disturbed == 1 && results.samples.all == 9)
    #expect(results.disturbances.hasPrefix("1 of 9 measurements were disturbed"))
    let page = Page(results).html
    #expect(page.contains("1 of 9 measurements were disturbed by other load"))
    #expect(page.contains("1 of 9 measurements disturbed</p>"))
    #expect(page.contains("vxlan 7") && page.contains("as it comes"))
    let readme = ReadmeFigures(results: results, path: "a.json").text
    #expect(readme.contains("1 of 9 measurements were disturbed"))
    #expect(readme.contains("Others: vxlan 7 (as it comes)."))
  }

  @Test func neighboursOnACoreAreNamedWhereTheyWereLookedFor() {
    var results = Made.usual
    #expect(results.disturbances.hasSuffix("nor were single operations watched."))
    #expect(!Page(results).html.contains("% of time slowed"))
    for (run, share) in [0.25, 0, 0.5].enumerated() {
      results.cases[0].variants[0].samples[run].slowedShare = share
    }
    #expect(results.disturbances.contains("for 25.0 [0–50.0] % of the time"))
    let page = Page(results).html
    #expect(page.contains("% of time slowed") && page.contains("25.0 [0–50.0]"))
    #expect(
      !page.contains("% of time far apart") && !results.disturbances.contains("share no cache"))
    for run in 0...2 { results.cases[0].variants[1].samples[run].farShare = [0, 0.9, 1][run] }
    #expect(
      results.disturbances.contains(
        "share no cache, though the system says that they do, for 90.0 [0–100] %"))
    #expect(Page(results).html.contains("% of time far apart"))
  }

  @Test func roundingDoesNotHideThatATargetIsMissed() {
    func figure(_ value: Double, isMet: Bool) -> String? {
      RowRecord(
        title: "any", unit: "x", values: [value], median: value, target: "≤ 1.00", isMet: isMet
      ).figure
    }
    #expect(figure(1.0012, isMet: false) == "1.001 [1.00–1.00]")
    #expect(figure(0.9996, isMet: true) == "1.00 [1.00–1.00]")
    #expect(figure(1.2, isMet: false) == "1.20 [1.20–1.20]")
  }

  @Test func olderFiguresAreJudgedByTheTargetsOfToday() {
    let row = RowRecord(
      title: "TCP, one stream, sealed, against wireguard-go", unit: "x", values: [5], median: 5,
      target: "≥ 4.50", isMet: true)
    let judged = row.judgedByToday(of: "sealed")
    #expect(judged.target == "≥ 5.50" && judged.isMet == false)
    #expect(row.judgedByToday(of: "no such case") == row)
  }

  @Test func ratiosAreOfTheSameRun() {
    var own = Made.variant("fastun", .fastun, [10, 20, 30])
    own.samples.remove(at: 1)
    let other = Made.variant("plain", .plain, [1, 2, 0])
    let one = Made.aCase([own, other])
    // Run 2 is missing, and nothing is divided by nothing.
    #expect(one.ratios(Made.goodput, own, to: other) == [10])
  }
}

@Suite struct MetricRecordTests {
  @Test(
    arguments: [
      ("p50 us", 50.0, "us"), ("loaded p99.9 us", 99.9, "loaded us"), ("Gb/s", nil, "Gb/s"),
      ("packets/s", nil, "packets/s"),
    ] as [(String, Double?, String)])
  func percentilesAreToldFromTheirUnits(_ unit: String, _ value: Double?, _ rest: String) {
    let metric = MetricRecord(name: "any", unit: unit, isBetterHigher: false)
    #expect(metric.percentile == value)
    #expect(metric.distribution == rest)
  }
}
