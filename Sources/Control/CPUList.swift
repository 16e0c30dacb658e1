import CFastun

/// CPUs by number, in the order in which lanes are given to them: "0-3,6".
package struct CPUList: Equatable, Sendable {
  package let cpus: [Int]

  /// The highest CPU number that an affinity mask holds: CPU_SETSIZE - 1 of sched.h.
  static let highest = 1_023

  /// CPUs that this process may use (sched_getaffinity(2)), ascending.
  package static var allowed: [Int] { (0...highest).filter { ft_cpu_allowed(Int32($0)) == 1 } }

  /// Reads numbers and ranges joined by commas, all of which must be among `allowed`.
  package init(_ text: String, allowed: [Int] = allowed) throws(SetupError) {
    var cpus: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first <= last, last <= Self.highest
      else {
        throw SetupError(
          "--cpus '\(text)' cannot be read", remedy: "write numbers and ranges, as in 0-3,6")
      }
      cpus += first...last
    }
    let twice = cpus.filter { cpu in cpus.filter { $0 == cpu }.count > 1 }
    guard twice.isEmpty else {
      throw SetupError("--cpus '\(text)' names CPU \(twice[0]) twice", remedy: "name each CPU once")
    }
    let forbidden = cpus.filter { !allowed.contains($0) }
    guard forbidden.isEmpty else {
      throw SetupError(
        "this process may not use CPU \(Self.text(forbidden))",
        remedy: "choose among \(Self.text(allowed))")
    }
    self.cpus = cpus
  }

  /// Digits only: `Int` alone would take a sign.
  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }

  /// Ascending numbers in the notation that is read: "0-3,6".
  static func text(_ cpus: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for cpu in cpus {
      if let last = ranges.last, last.upperBound + 1 == cpu {
        ranges[ranges.count - 1] = last.lowerBound...cpu
      } else {
        ranges.append(cpu...cpu)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
