import Testbed

/// What `Benchmarks load` is asked to do.
struct LoadOptions {
  static let usage = """
    Two fastuns in namespaces of their own and traffic between them, for whoever looks at them
    meanwhile: the scripts in perf/.

    USAGE: Benchmarks load [--seconds S] [--streams N | --rate PPS] [--payload zeros|random|json]
                           [--mode on|wire|off] [--queues N] [--plaintext] [--engine uring|poll]
                           [--compress auto|always|off]

    Says "ready A B SELF" on stdout, the process ids of both fastuns and of itself, where the
    programs that send and receive are threads. Waits for a line on stdin, moves traffic from a to b
    for S seconds (default 5) and ends with what both fastuns have counted, a line for each counter:
    name, a's value, b's; "bytes" and "seconds" are the traffic's own.

      --streams N   TCP streams (default 1)
      --rate PPS    64-byte UDP packets at that rate instead
    """

  var seconds = 5.0
  var streams = 1
  /// nil: TCP.
  var rate: Double?
  var payload = Payload.zeros
  var mode = VethMode.on
  var queues = 1
  var plaintext = false
  var engine = "auto"
  var compress = "off"

  private static let valued: Set = [
    "--seconds", "--streams", "--rate", "--payload", "--mode", "--queues", "--engine", "--compress",
  ]

  /// Throws a message that names the argument at fault.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--plaintext" {
        plaintext = true
        continue
      }
      guard Self.valued.contains(option) else { throw UsageError("\(option) is no option") }
      guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
      guard take(option, value) else { throw UsageError("\(option) \(value) cannot be") }
    }
  }

  /// False where the value is none.
  private mutating func take(_ option: String, _ value: String) -> Bool {
    switch option {
    case "--seconds":
      guard let number = Double(value), 0.1...3600 ~= number else { return false }
      seconds = number
    case "--streams":
      guard let number = Int(value), 1...64 ~= number else { return false }
      streams = number
    case "--rate":
      guard let number = Double(value), 1...1e7 ~= number else { return false }
      rate = number
    case "--payload":
      guard let kind = Payload(rawValue: value) else { return false }
      payload = kind
    case "--mode":
      guard let kind = VethMode(rawValue: value) else { return false }
      mode = kind
    case "--queues":
      guard let number = Int(value), 1...255 ~= number else { return false }
      queues = number
    case "--engine": engine = value
    case "--compress": compress = value
    default: return false
    }
    return true
  }
}
