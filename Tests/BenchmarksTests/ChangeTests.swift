import Testing

@testable import Benchmarks

/// What counts as a regression when two runs are compared.
@Suite struct ChangeTests {
  @Test(
    arguments: [
      // Within 5 %, beyond it, and the same where less is better.
      ([100, 100, 100], [96, 96, 96], true, Change.Verdict.same),
      ([100, 100, 100], [94, 94, 94], true, .worse),
      ([100, 100, 100], [106, 106, 106], true, .better),
      ([100, 100, 100], [106, 106, 106], false, .worse),
      // Half of either range: 10 % and 10 % here, so that 15 % is noise and 25 % is none.
      ([90, 100, 110], [76.5, 85, 93.5], true, .same),
      ([90, 100, 110], [67.5, 75, 82.5], true, .worse),
      // Few samples say little.
      ([100, 100], [86, 86], true, .same),
      ([100, 100], [84, 84], true, .worse),
      // From nothing to something.
      ([0, 0, 0], [1, 2, 3], false, .worse),
      ([0, 0, 5], [1, 2, 3], false, .same),
      ([0, 0, 0], [0, 0, 0], false, .same),
    ] as [([Double], [Double], Bool, Change.Verdict)])
  func isJudgedByBothRanges(
    _ older: [Double], _ newer: [Double], _ isBetterHigher: Bool, _ verdict: Change.Verdict
  ) throws {
    let change = try #require(Change(older, newer, isBetterHigher: isBetterHigher))
    #expect(change.verdict == verdict)
  }

  @Test func isNoneWithoutValues() { #expect(Change([], [1], isBetterHigher: true) == nil) }
}

@Suite struct ChangesTests {
  private func results(_ values: [Double], endedBy: String? = nil) -> Results {
    Made.results([Made.aCase([Made.variant("fastun", .fastun, values)])], endedBy: endedBy)
  }

  @Test func findsWhatGotWorse() {
    let changes = Changes(from: results([10, 10, 10]), to: results([8, 8, 8]))
    #expect(changes.hasRegression)
    #expect(changes.text.contains("WORSE"))
    #expect(changes.text.contains("-20.0 %"))
  }

  @Test func findsNothingInTheSame() {
    #expect(!Changes(from: results([9, 10, 11]), to: results([9, 10, 11])).hasRegression)
  }

  @Test func takesFailureForRegression() {
    #expect(Changes(from: results([10]), to: results([])).hasRegression)
    // But not what a run did not get to.
    #expect(!Changes(from: results([10]), to: results([], endedBy: "Ctrl-C")).hasRegression)
  }

  @Test func whatFastunIsComparedWithMayGetWorse() {
    func results(_ plain: [Double]) -> Results {
      Made.results([
        Made.aCase([
          Made.variant("fastun", .fastun, [10, 10, 10]), Made.variant("plain", .plain, plain),
        ])
      ])
    }
    let slower = Changes(from: results([4, 4, 4]), to: results([1, 1, 1]))
    #expect(slower.lines.contains { $0.change.verdict == .worse })
    #expect(!slower.hasRegression)
    #expect(slower.text.contains("1 worse beyond noise, 0 of them fastun's"))
    let gone = Changes(from: results([4, 4, 4]), to: results([]))
    #expect(gone.failed == ["tcp, plain"])
    #expect(!gone.hasRegression)
  }

  @Test func namesWhatIsNotMeasuredAnyMore() {
    let changes = Changes(from: results([10]), to: Made.results([]))
    #expect(changes.missing == ["tcp, fastun"])
    #expect(!changes.hasRegression)
  }

  @Test func namesAnotherMachine() {
    var other = results([10])
    other.environment.kernel = "6.13"
    #expect(Changes(from: results([10]), to: other).differences == ["kernel: 6.12 → 6.13"])
  }
}
