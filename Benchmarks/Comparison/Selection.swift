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
      omissions = Suite.allCases.compactMap { suite in
        guard cases.contains(where: { $0.suite == suite && $0.needsTunnel }) else { return nil }
        return Omission(what: "suite \(suite.rawValue)", reason: reason)
      }
      cases.removeAll(where: \.needsTunnel)
    } else if options.isQuick {
      leaveOut("not part of a quick run (leave out --quick)", options) { !$0.isQuick }
      cases = cases.map(\.quick)
    } else if !options.isAll {
      leaveOut("not part of a run that ends within 25 minutes (--all)", options, where: \.isExtra)
    }
  }

  /// Cases that were asked for by name stay, whatever they take.
  private mutating func leaveOut(
    _ reason: String, _ options: Options, where isLeftOut: (Case) -> Bool
  ) {
    let left = cases.filter { isLeftOut($0) && !options.caseNames.contains($0.name) }
    cases.removeAll { one in left.contains { $0.name == one.name } }
    omissions = Suite.allCases.compactMap { suite in
      let names = left.filter { $0.suite == suite }.map(\.name)
      guard !names.isEmpty else { return nil }
      return Omission(
        what: "of suite \(suite.rawValue): \(names.joined(separator: ", "))", reason: reason)
    }
  }
}
