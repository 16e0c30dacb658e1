import Testing

@testable import Benchmarks

@Suite struct ReadmeTests {
  private let readme = Readme(text: "before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n")

  @Test func onlyTheFiguresChange() throws {
    let changed = try readme.with(figures: "new")
    #expect(changed.text == "before\n<!-- figures -->\nnew\n<!-- /figures -->\nafter\n")
    let again = try changed.with(figures: "new")
    #expect(again.text == changed.text)
  }

  @Test func figuresNameTheirResults() throws {
    #expect(readme.namedResults == [])
    let figures = ReadmeFigures(results: Made.usual, path: "perf/results/a.json").text
    let changed = try readme.with(figures: figures)
    #expect(changed.namedResults == ["perf/results/a.json"])
    #expect(figures.contains("11.0 [10.0–12.0] × its 1.00"))
    #expect(figures.contains("against kernel VXLAN"))
  }

  @Test func severalFilesAreNamedInOrder() throws {
    let figures = ["a.json", "b.json"].map {
      ReadmeFigures(results: Made.usual, path: $0).text
    }
    let changed = try readme.with(figures: figures.joined(separator: "\n\n"))
    #expect(changed.namedResults == ["a.json", "b.json"])
  }

  @Test func queuesHaveAColumnEachWhereNothingElseWasMeasured() {
    let scaling = Made.aCase(
      [
        Made.variant("1 queue", .fastun, [10, 11, 12]),
        Made.variant("2 queues", .fastun, [20, 11, 24]),
      ], name: "queues", suite: "scale")
    let figures = ReadmeFigures(results: Made.results([scaling]), path: "a.json").text
    #expect(figures.contains("| 1 queue "))
    #expect(figures.contains("| 11.0 Gb/s "))
    #expect(figures.contains("| 20.0 Gb/s, 2.00 [1.00–2.00] × |"))
    let beside = ReadmeFigures(
      results: Made.results(Made.usual.cases + [scaling]), path: "a.json")
    #expect(!beside.text.contains("2 queues"))
  }

  @Test func withoutMarksThereIsNoPlace() {
    #expect(throws: (any Error).self) { try Readme(text: "nothing").with(figures: "new") }
  }

  @Test func figuresAreMadeOfWhateverThereIs() {
    #expect(ReadmeFigures(results: Made.results([]), path: "a.json").text.contains("a.json"))
  }
}
