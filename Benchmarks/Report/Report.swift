import Glibc

/// The results in words and tables.
struct Report {
  let runner: Runner

  var text: String {
    var parts = ["## What was measured\n\n" + measured, "## Against the targets\n\n" + rows]
    let failures = runner.results.flatMap(\.failures)
    if !failures.isEmpty {
      parts.append("## Failed\n\n" + failures.map { "- \($0)" }.joined(separator: "\n"))
    }
    if !leftOut.isEmpty { parts.append("## Left out\n\n" + leftOut.joined(separator: "\n")) }
    parts.append(remarks)
    return parts.joined(separator: "\n\n")
  }

  private var measured: String {
    var table = Table(["case", "carrier", "figure", "median [min–max]"])
    for result in runner.results {
      for variant in result.of.variants {
        for metric in Sample.Metric.allCases {
          guard let summary = Summary(result.values(variant, metric)) else { continue }
          table.add([result.of.name, variant.name, metric.rawValue, "\(summary)"])
        }
      }
    }
    return table.text
  }

  private var rows: String {
    var table = Table(["what", "median [min–max]", "target", "verdict"])
    for result in runner.results {
      for row in result.of.rows {
        let summary = Summary(result.values(row))
        let measured = summary.map { row.unit == "x" ? "\($0)" : "\($0) \(row.unit)" }
        table.add([row.title, measured ?? "-", target(row), verdict(row, summary, of: result)])
      }
    }
    return table.text
  }

  private func verdict(_ row: Row, _ summary: Summary?, of result: CaseResult) -> String {
    guard let summary else {
      return result.leftOut(row) == nil ? "not measured" : "left out, see below"
    }
    return switch row.target.isMet(by: summary.median) {
    case true?: "met"
    case false?: "NOT MET"
    case nil: "-"
    }
  }

  private var leftOut: [String] {
    runner.results.flatMap { result in
      result.leftOut.sorted { $0.key < $1.key }.map { "- \(result.of.name), \($0): \($1)" }
    }
  }

  private func target(_ row: Row) -> String {
    switch row.target {
    case .atLeast(let bound): "≥ \(number(bound))"
    case .atMost(let bound): "≤ \(number(bound))"
    case .none: "-"
    }
  }

  private var remarks: String {
    let options = runner.options
    let wireGuard = runner.wireGuard.map { "Beside \($0). " } ?? ""
    return """
      \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) CPUs, kernel \(kernelRelease()); \(options.rounds) \
      rounds of \(number(options.seconds)) s; ratios are taken within each round, then their \
      median. \(wireGuard)\(runner.repeated) measurements were taken again because of other load, \
      \(runner.keptDisturbed) kept though disturbed.

      What this cannot show: both hosts, the traffic's ends and the neighbours share these CPUs, \
      so a rate here is a cost, and two tunnels that use little CPU look alike. veth is no network \
      card: as made it hands trains over whole and hides what cutting them costs; in mode wire the \
      kernel cuts them in software, where a card would. There is no delay, no jitter and no loss \
      but the shaper's. References that the Swift library counts within itself, on a caller's \
      behalf, are not seen.
      """
  }
}

/// The kernel's release, as uname says it.
func kernelRelease() -> String {
  var name = utsname()
  uname(&name)
  return withUnsafeBytes(of: name.release) {
    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
  }
}
