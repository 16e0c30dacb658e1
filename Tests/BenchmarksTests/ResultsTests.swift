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
