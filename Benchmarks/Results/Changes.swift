/// What changed from one run to another, of all that both have measured.
struct Changes {
  struct Line {
    let ofCase: String
    let variant: String
    let unit: String
    /// fastun's, not of what it is compared with.
    let isOwn: Bool
    let change: Change

    /// Only these are a fault: whatever else got slower, the machine did.
    var isRegression: Bool { isOwn && change.verdict == .worse }
  }

  private(set) var lines: [Line] = []
  /// Measured before, and failed now.
  private(set) var failed: [String] = []
  /// Measured before, and not asked for now, or not to be had.
  private(set) var missing: [String] = []
  /// What else is different, and may be the reason.
  let differences: [String]

  /// Something of fastun got worse beyond noise, or no longer works.
  var hasRegression: Bool { hasOwnFailure || lines.contains(where: \.isRegression) }
  private var hasOwnFailure = false

  init(from older: Results, to newer: Results) {
    differences = Self.differences(older, newer)
    for before in older.cases where before.hasSamples {
      let now = newer.cases.first { $0.name == before.name }
      for variant in before.variants where !variant.samples.isEmpty {
        let what = "\(before.name), \(variant.name)"
        guard let now, let same = now[variant: variant.name], same.leftOut == nil else {
          missing.append(what)
          continue
        }
        if same.samples.isEmpty {
          if newer.endedBy == nil {
            failed.append(what)
            if variant.kind == .fastun { hasOwnFailure = true }
          } else {
            missing.append(what)
          }
          continue
        }
        add(variant, same, of: now, metrics: newer.metrics)
      }
    }
  }

  private mutating func add(
    _ before: VariantRecord, _ now: VariantRecord, of one: CaseRecord, metrics: [MetricRecord]
  ) {
    for metric in metrics {
      guard let isBetterHigher = metric.isBetterHigher,
        let change = Change(
          before.values(metric), now.values(metric), isBetterHigher: isBetterHigher)
      else { continue }
      lines.append(
        Line(
          ofCase: one.name, variant: now.name, unit: metric.unit, isOwn: now.kind == .fastun,
          change: change))
    }
  }

  private static func differences(_ older: Results, _ newer: Results) -> [String] {
    let (old, new) = (older.environment, newer.environment)
    let pairs = [
      ("CPU", old.cpu, new.cpu), ("cores", "\(old.cores)", "\(new.cores)"),
      ("kernel", old.kernel, new.kernel),
      ("congestion control", old.congestionControl, new.congestionControl),
      ("seconds", number(older.settings.seconds), number(newer.settings.seconds)),
    ]
    let versions = old.versions.keys.sorted().compactMap { name in
      new.versions[name].map { (name, old.versions[name]!, $0) }
    }
    return (pairs + versions).filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) → \($0.2)" }
  }

  var text: String {
    var table = Table(["case", "carrier", "figure", "before", "now", "change", "noise", "verdict"])
    for line in lines {
      let change = line.change
      let percent =
        change.percent.isFinite
        ? "\(change.percent > 0 ? "+" : "")\(number(change.percent)) %" : "from nothing"
      table.add([
        line.ofCase, line.variant, line.unit, "\(change.older)", "\(change.newer)", percent,
        "\(number(change.noise)) %", change.verdict.rawValue,
      ])
    }
    var parts = ["## Against older results"]
    parts += differences.map { "- different: \($0)" }
    parts.append(table.isEmpty ? "Nothing was measured in both." : table.text)
    parts += failed.map { "- FAILED, and did not before: \($0)" }
    parts += missing.map { "- not measured now: \($0)" }
    let worse = lines.count { $0.change.verdict == .worse }
    let own = lines.count(where: \.isRegression)
    parts.append(
      """
      \(worse) worse beyond noise, \(own) of them fastun's, \(failed.count) failed, of \(lines.count) \
      figures
      """)
    return parts.joined(separator: "\n")
  }
}
