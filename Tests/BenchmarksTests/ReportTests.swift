import Testing

@testable import Benchmarks

@Suite struct HTMLTests {
  @Test func wordsCannotBecomeMarkup() {
    #expect(HTML.escape(#"<b a="1">&'"#) == "&lt;b a=&quot;1&quot;&gt;&amp;&#39;")
    var table = HTMLTable(["<head>"])
    table.add(["<cell>"])
    #expect(table.html.contains("&lt;head&gt;"))
    #expect(table.html.contains("&lt;cell&gt;"))
  }

  @Test func tableWithoutLinesIsNothing() { #expect(HTMLTable(["a"]).html.isEmpty) }

  @Test func anchorsAreNames() { #expect(HTML.anchor("Case a/b, 1") == "case-a-b--1") }
}

@Suite struct ChartTests {
  private func summary(_ value: Double) throws -> Summary { try #require(Summary([value])) }

  @Test func barsAreAsLongAsTheirFigures() throws {
    let svg = BarChart(
      label: "x",
      bars: [
        .init(label: "a", isOwn: true, summary: try summary(4)),
        .init(label: "b", isOwn: false, summary: try summary(1)),
      ]
    ).svg
    #expect(svg.contains(#"<rect class="bar own" x="0" y="18" width="356""#))
    #expect(svg.contains(#"<rect class="bar" x="0" y="56" width="89""#))
  }

  @Test func laddersShowWhatEachRungAdds() throws {
    let svg = LadderChart(
      label: "x",
      rungs: [
        .init(label: "plain", isOwn: false, summary: try summary(1)),
        .init(label: "first", isOwn: true, summary: try summary(2)),
        .init(label: "second", isOwn: true, summary: try summary(1)),
      ], isBetterHigher: true
    ).svg
    #expect(svg.contains("×2.00"))
    #expect(svg.contains("×0.50"))
    #expect(svg.contains(#"class="bar lost""#))
  }

  @Test func nothingMeasuredIsStillAPicture() {
    #expect(BarChart(label: "x", bars: []).svg.contains("</svg>"))
  }
}

@Suite struct NotAheadTests {
  @Test func everyBetterMedianIsFound() {
    let found = NotAhead(Made.usual)
    #expect(found.compared == 2)
    #expect(found.findings.map(\.other.name) == ["vxlan"])
    #expect(found.findings.allSatisfy { $0.isComplete })
  }

  @Test func lessIsBetterWhereItIs() {
    let found = NotAhead(
      Made.results([
        Made.aCase([
          Made.variant("fastun", .fastun, [10], metric: Made.p50),
          Made.variant("fastun, slow", .fastun, [30], metric: Made.p50),
          Made.variant("plain", .plain, [20], metric: Made.p50),
        ])
      ]))
    #expect(found.findings.map { $0.behind.map(\.name) } == [["fastun, slow"]])
    #expect(!found.findings[0].isComplete)
  }
}

@Suite struct PageTests {
  @Test func standsAlone() {
    let html = Page(Made.usual).html
    for remote in ["http:", "https:", "<script", "url(", "<link", "@import"] {
      #expect(!html.contains(remote))
    }
    for tag in ["section", "article", "table", "svg", "figure", "details"] {
      #expect(html.components(of: "<\(tag)") == html.components(of: "</\(tag)>"))
    }
    #expect(html.contains("TCP &lt;tcp&gt;"))
    #expect(!html.contains("<tcp>"))
  }

  @Test func isMadeOfWhateverThereIs() {
    #expect(Page(Made.results([])).html.contains("Where fastun is not ahead"))
    #expect(Page(Made.results([], endedBy: "SIGTERM")).html.contains("ended early by SIGTERM"))
  }

  @Test func headlineComparesRunByRun() throws {
    let card = try #require(Headline(Made.usual).cards.first)
    #expect((card.ratio.lowest, card.ratio.median, card.ratio.highest) == (10, 11, 12))
    #expect(card.isAhead)
  }
}

extension String {
  /// How often a piece occurs.
  fileprivate func components(of piece: String) -> Int {
    var (count, rest) = (0, self[...])
    while let found = rest.firstRange(of: piece) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}

@Suite struct RemarkTests {
  @Test func whatAReaderMustKnowIsSaidOnceForEachCaseAndReason() {
    var plain = Made.variant("plain", .plain, [1])
    var fastun = Made.variant("fastun", .fastun, [2])
    let vxlan = Made.variant("vxlan", .vxlan, [3])
    plain.remark = "no <iperf3>"
    fastun.remark = "no <iperf3>"
    let results = Made.results([Made.aCase([plain, vxlan, fastun])])
    #expect(results.remarks == ["tcp, plain, fastun: no <iperf3>"])
    #expect(TextReport(results).text.contains("- tcp, plain, fastun: no <iperf3>"))
    #expect(Page(results).html.contains("tcp, plain, fastun: no &lt;iperf3&gt;"))
    #expect(Made.usual.remarks.isEmpty)
    #expect(!TextReport(Made.usual).text.contains("To be known"))
  }
}
