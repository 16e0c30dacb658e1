/// What the comparison is asked to do.
struct Options {
  /// What is done, instead of or with a run.
  enum Task: Equatable {
    case run
    case list
    case help
    /// Reports what a file holds, without a run.
    case show(String)
    /// Writes the figures of files into README.md.
    case writeReadme([String])
    /// Compares README.md with the files that it names.
    case checkReadme
  }

  var task = Task.run
  /// What was asked for by name; empty: everything.
  var suites: [Suite] = []
  var caseNames: [String] = []
  /// Samples of each variant; nil: 5, or 2 in a quick run.
  var runsAsked: Int?
  /// Seconds of each measurement; nil: 1.
  var secondsAsked: Double?
  var isQuick = false
  /// Whether what takes more than 25 minutes is measured as well.
  var isAll = false
  var output = Options.defaultOutput
  /// Results to compare with.
  var compareWith: String?
  var plotFile: String?
  /// nil: whichever is found.
  var wireGuardGo: String?

  var runs: Int { runsAsked ?? (isQuick ? 2 : 5) }
  var seconds: Double { secondsAsked ?? 1 }
  /// How often a disturbed measurement is taken again.
  var repeats: Int { isQuick ? 0 : 4 }
  /// Whether suites or cases were named.
  var isSelective: Bool { !suites.isEmpty || !caseNames.isEmpty }

  /// Throws a message that names the argument at fault.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = Arguments(arguments)
    while let option = rest.next() { try take(option, from: &rest) }
    for name in caseNames where !Case.all.contains(where: { $0.name == name }) {
      throw UsageError("there is no case \(name); --list names them")
    }
  }

  private mutating func take(_ option: String, from rest: inout Arguments) throws(UsageError) {
    switch option {
    case "--suite":
      for name in try rest.values(of: option) {
        guard let suite = Suite(rawValue: name) else {
          let names = Suite.allCases.map(\.rawValue).joined(separator: ", ")
          throw UsageError("there is no suite \(name); there are \(names)")
        }
        suites.append(suite)
      }
    case "--case": caseNames += try rest.values(of: option)
    case "--runs":
      guard let number = Int(try rest.value(of: option)), 1...1000 ~= number else {
        throw UsageError("--runs takes 1 to 1000")
      }
      runsAsked = number
    case "--seconds":
      guard let number = Double(try rest.value(of: option)), 0.1...600 ~= number else {
        throw UsageError("--seconds takes 0.1 to 600")
      }
      secondsAsked = number
    case "--quick": isQuick = true
    case "--all": isAll = true
    case "--output": output = try rest.value(of: option)
    case "--compare": compareWith = try rest.value(of: option)
    case "--from": task = .show(try rest.value(of: option))
    case "--plot": plotFile = try rest.value(of: option)
    case "--wireguard-go": wireGuardGo = try rest.value(of: option)
    case "--readme": task = .writeReadme(try rest.values(of: option))
    case "--check-readme": task = .checkReadme
    case "--list": task = .list
    case "--help", "-h": task = .help
    default: throw UsageError("\(option) is no option")
    }
  }
}
