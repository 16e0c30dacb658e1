/// All cases by suite, as `--list` shows them.
struct CaseList {
  var text: String {
    Suite.allCases.compactMap { suite in
      let cases = Case.all.filter { $0.suite == suite }
      guard !cases.isEmpty else { return nil }
      let lines = cases.map {
        "  \($0.name.padded(18)) \($0.title)\($0.isQuick ? " (quick)" : $0.isExtra ? " (--all)" : "")"
      }
      return (["\(suite.rawValue): \(suite.title)"] + lines).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
