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

  /// Throws a message that names the argument at fault.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = Arguments(arguments)
    while let option = rest.next() {
      switch option {
      case "--seconds": seconds = try rest.number(of: option, in: 0.1...3600)
      case "--streams": streams = try rest.number(of: option, in: 1...64)
      case "--rate": rate = try rest.number(of: option, in: 1...1e7)
      case "--payload": payload = try rest.choice(of: option)
      case "--mode": mode = try rest.choice(of: option)
      case "--queues": queues = try rest.number(of: option, in: 1...255)
      case "--plaintext": plaintext = true
      case "--engine": engine = try rest.value(of: option)
      case "--compress": compress = try rest.value(of: option)
      default: throw UsageError("\(option) is no option")
      }
    }
  }
}
