import Testbed

/// What a soak is to do.
struct SoakOptions {
  static let usage = """
    USAGE: Soak [--minutes N] [--seed N] [--queues N] [--engine uring|poll]

    Opens a tunnel between two namespaces, with new keys every few seconds, and troubles it: cut links, crashes,
    frozen processes, loss, strangers, addresses that move. After each trouble packets must flow again within
    30 seconds, files arrive whole both ways, and memory, threads and open files stay what they were.

      --minutes N   how long (default 10)
      --seed N      which troubles in which order (default: another each time; it is printed)
      --queues N    of the tunnel (default 2)
      --engine E    of the tunnel (default: its own choice)
    """

  var minutes = 10.0
  var seed = Deadline.now % 1_000_000
  var queues = 2
  var engine: String?

  /// nil where help was asked for.
  init?(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let flag = rest.popFirst() {
      if flag == "--help" || flag == "-h" { return nil }
      func value() throws -> String {
        guard let value = rest.popFirst() else { throw TestbedError("\(flag) needs a value") }
        return value
      }
      switch flag {
      case "--minutes": minutes = try Self.read(value(), of: flag) { $0 > 0 }
      case "--seed": seed = try Self.read(value(), of: flag) { _ in true }
      case "--queues": queues = try Self.read(value(), of: flag) { (1...255).contains($0) }
      case "--engine": engine = try value()
      default: throw TestbedError("\(flag) is no option")
      }
    }
  }

  private static func read<Number: LosslessStringConvertible>(
    _ text: String, of flag: String, _ isFit: (Number) -> Bool
  ) throws -> Number {
    guard let number = Number(text), isFit(number) else {
      throw TestbedError("\(flag) cannot be \(text)")
    }
    return number
  }
}
