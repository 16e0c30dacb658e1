/// The results as one page of HTML that needs nothing else: no network, no script.
struct Page {
  let results: Results

  init(_ results: Results) { self.results = results }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>fastun benchmarks, \(HTML.escape(day))</title>
    <style>
    \(Style.css)
    </style>
    </head>
    <body>
    <header>
    <p class="meta">fastun \(HTML.escape(results.environment.versions["fastun"] ?? "")) · \
    \(HTML.escape(day))</p>
    <h1>How fast is fastun, and where is it not?</h1>
    <p class="lead">\(HTML.escape(results.environment.machine)). \(HTML.escape(results.method))</p>
    \(warning)
    \(Headline(results).html)
    \(navigation)
    </header>
    <main>
    \(sections.joined(separator: "\n"))
    </main>
    <footer>
    <p class="meta">Made by <code>swift run Benchmarks</code> from results.json, which holds every \
    sample.</p>
    </footer>
    </body>
    </html>

    """
  }

  private var day: String { String(results.environment.date.prefix(10)) }

  /// What a reader must not overlook.
  private var warning: String {
    var warnings: [String] = []
    if let cause = results.endedBy {
      warnings.append("This run was ended early by \(cause): what follows is not all of it.")
    }
    if results.settings.isQuick {
      warnings.append("This was a quick run: a look, not a result. Leave out --quick for one.")
    }
    let (all, disturbed) = results.samples
    if disturbed > 0 {
      warnings.append(
        """
        \(disturbed) of \(all) measurements were disturbed by other load on this machine or its host: each case says \
        how many of its own.
        """)
    }
    warnings += results.environment.doubts
    return warnings.map { "<p class=\"warning\">\(HTML.escape($0))</p>" }.joined()
  }

  private var navigation: String {
    let suites = results.suites.map { (Self.title($0.name), $0.name) }
    let links =
      [("What was compared", "how")] + suites + [
        ("Where fastun is not ahead", "behind"), ("What this cannot show", "limits"),
        ("The machine", "machine"),
      ]
    let items = links.map { "<a href=\"#\(HTML.anchor($0.1))\">\(HTML.escape($0.0))</a>" }
    return "<nav>\(items.joined(separator: "\n"))</nav>"
  }

  private var sections: [String] {
    var parts = [
      HTML.section("What was compared, and how", id: "how", [Introduction(results).html])
    ]
    parts += results.suites.map { suite in
      HTML.section(
        Self.title(suite.name), id: HTML.anchor(suite.name),
        suite.cases.map { CaseSection($0, metrics: results.metrics).html })
    }
    parts.append(
      HTML.section("Where fastun is not ahead", id: "behind", [NotAhead(results).html]))
    parts.append(
      HTML.section("What this set-up cannot show", id: "limits", [HTML.list(Limits.sentences)]))
    if !results.leftOut.isEmpty || !results.failures.isEmpty {
      parts.append(
        HTML.section(
          "Left out, and failed", id: "missing",
          [
            HTML.list(results.leftOut.map { "left out: \($0)" }),
            HTML.list(results.failures.map { "failed: \($0)" }),
          ]))
    }
    if !results.remarks.isEmpty {
      parts.append(
        HTML.section(
          "To be known of the figures", id: "remarks", [HTML.list(results.remarks)]))
    }
    parts.append(
      HTML.section("The machine", id: "machine", [EnvironmentSection(results).html]))
    return parts
  }

  /// A suite's title as a heading; of a suite that this program does not know, its name.
  private static func title(_ suite: String) -> String {
    (Suite(rawValue: suite)?.title ?? suite).capitalizedFirst
  }
}
