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
    #expect(readme.namedResults == nil)
    let figures = ReadmeFigures(results: Made.usual, path: "perf/results/a.json").text
    let changed = try readme.with(figures: figures)
    #expect(changed.namedResults == "perf/results/a.json")
    #expect(figures.contains("11.0 [10.0–12.0] × its 1.00"))
    #expect(figures.contains("against kernel VXLAN"))
  }

  @Test func withoutMarksThereIsNoPlace() {
    #expect(throws: (any Error).self) { try Readme(text: "nothing").with(figures: "new") }
  }

  @Test func figuresAreMadeOfWhateverThereIs() {
    #expect(ReadmeFigures(results: Made.results([]), path: "a.json").text.contains("a.json"))
  }
}
