/// The cases of a run, and what is not among them though nobody said so.
struct Selection {
  /// A suite or a case that is not measured, with the reason and the remedy.
  struct Omission: Codable, Equatable, Sendable {
    let what: String
    let reason: String
  }

  private(set) var cases: [Case]
  private(set) var omissions: [Omission] = []

  /// `missing` is what whole tunnels lack on this machine; nil where they can be measured. What is left where
  /// they cannot is quick enough for a quick run.
  init(_ options: Options, missing: String?) {
    cases = Case.all.filter { one in
      !options.isSelective || options.suites.contains(one.suite)
        || options.caseNames.contains(one.name)
    }
    if let missing {
      let reason = "\(missing). With all there: sudo swift run -c release Benchmarks"
      omissions += Suite.allCases.compactMap { suite in
        guard cases.contains(where: { $0.suite == suite && $0.needsTunnel }) else { return nil }
        return Omission(what: "suite \(suite.rawValue)", reason: reason)
      }
      cases.removeAll(where: \.needsTunnel)
    }
    if options.isQuick, missing == nil { keepQuick(named: options.caseNames) }
  }

  /// Cases that were asked for by name stay, whatever they take.
  private mutating func keepQuick(named names: [String]) {
    let (kept, left) = cases.reduce(into: ([Case](), [Case]())) { sorted, one in
      if one.isQuick || names.contains(one.name) {
        sorted.0.append(one.quick)
      } else {
        sorted.1.append(one)
      }
    }
    cases = kept
    omissions += Suite.allCases.compactMap { suite in
      let names = left.filter { $0.suite == suite }.map(\.name)
      guard !names.isEmpty else { return nil }
      return Omission(
        what: "of suite \(suite.rawValue): \(names.joined(separator: ", "))",
        reason: "not part of a quick run (leave out --quick)")
    }
  }
}
