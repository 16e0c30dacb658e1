/// What the comparison is asked to do.
struct Options {
  static let usage = """
    Measures fastun against a plain read/write loop, the kernel's VXLAN and wireguard-go, side by
    side.

    USAGE: Benchmarks [--case NAME …] [--rounds N] [--seconds S] [--quick] [--json FILE]
                      [--plot FILE] [--wireguard-go PATH] [--list]

      --case NAME …   only these cases (default: all)
      --rounds N      rounds; in each one all variants of a case are measured in turn (default 5)
      --seconds S     seconds of each measurement, after a warm-up (default 2)
      --quick         2 rounds of 1 second, nothing repeated: a look, not a result
      --json FILE     every sample and every row as JSON
      --plot FILE     case rekey as an SVG picture, of the round with the deepest dip
      --wireguard-go PATH
                      the wireguard-go to compare with (default: \(WireGuardProgram.variable) of the
                      environment, else the one in PATH); without it, or without `wg`, what needs it
                      is left out. Debian 12's is of 2022: newer ones are several times as fast
      --list          the names of the cases

    FASTUN of the environment names another fastun to measure. One that cannot seal yet is measured
    in the clear, and what seals is left out.
    """

  var cases = Case.all
  var rounds = 5
  var seconds = 2.0
  /// How often a disturbed measurement is taken again.
  var repeats = 2
  var jsonFile: String?
  var plotFile: String?
  /// nil: whichever is found.
  var wireGuardGo: String?
  var lists = false
  var asksForHelp = false

  /// Throws a message that names the argument at fault.
  init(_ arguments: [String]) throws(UsageError) {
    var names: [String] = []
    var rest = arguments[...]
    func value(_ option: String) throws(UsageError) -> String {
      guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
      return value
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--case":
        names.append(try value(argument))
        while let next = rest.first, !next.hasPrefix("--") {
          names.append(next)
          rest.removeFirst()
        }
      case "--rounds":
        guard let number = Int(try value(argument)), 1...1000 ~= number else {
          throw UsageError("--rounds takes 1 to 1000")
        }
        rounds = number
      case "--seconds":
        guard let number = Double(try value(argument)), 0.1...600 ~= number else {
          throw UsageError("--seconds takes 0.1 to 600")
        }
        seconds = number
      case "--quick": (rounds, seconds, repeats) = (2, 1, 0)
      case "--json": jsonFile = try value(argument)
      case "--plot": plotFile = try value(argument)
      case "--wireguard-go": wireGuardGo = try value(argument)
      case "--list": lists = true
      case "--help", "-h": asksForHelp = true
      default: throw UsageError("\(argument) is no option")
      }
    }
    if !names.isEmpty {
      for name in names where !Case.all.contains(where: { $0.name == name }) {
        throw UsageError("there is no case \(name); --list names them")
      }
      cases = Case.all.filter { names.contains($0.name) }
    }
  }
}

/// An argument that cannot be.
struct UsageError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
