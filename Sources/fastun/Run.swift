import ArgumentParser
import Control
import Dataplane
import Logging

/// `fastun run`: opens the tunnel and keeps it open until SIGINT or SIGTERM.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Open the tunnel and carry packets until SIGINT or SIGTERM.",
    usage: "fastun [run] --peer HOST[:PORT] [OPTIONS]",
    discussion: """
      Makes a tun device whose packets travel to the peer in UDP datagrams, and the peer's to here. \
      Run it on both hosts, each naming the other. Lane i (queue i of the device, a thread, a socket) \
      uses UDP port PORT+i; where the peer has fewer lanes than we, our surplus queues stay unused.

      This version carries packets IN THE CLEAR: use it on trusted networks only.

      EXAMPLES
        On 192.0.2.1:
          fastun --peer 192.0.2.2 --address 10.9.0.1/24
        On 192.0.2.2:
          fastun --peer 192.0.2.1 --address 10.9.0.2/24
        Four lanes, a route into the tunnel, and a line of statistics each second:
          fastun --queues 4 --peer 192.0.2.2:51900 --address 10.9.0.1/24 \\
            --route 10.20.0.0/16 --stats 1

      EXIT STATUS
        0  stopped by SIGINT or SIGTERM     64  usage: a flag or its value
        68 the peer's name is unknown       69  something is missing or in use
        71 the kernel refused a call        77  a permission is missing
        Every error is one line that says what to do.
      """)

  @Option(
    help: ArgumentHelp(
      "The other side: an IPv4 address, an IPv6 address in brackets, or a name. Required.",
      valueName: "HOST[:PORT]"))
  var peer: String

  @Option(
    help: ArgumentHelp(
      "Where to listen (default: every address, port 51900).", valueName: "[ADDR][:PORT]"))
  var listen = ""

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Lanes, 1 to 255 (default: the CPUs this process may use).", valueName: "N"))
  var queues: Int?

  @Option(
    help: ArgumentHelp(
      """
      CPUs to pin the lanes to, in turn, as in 0-3,6; any: leave them to the scheduler (default: a CPU \
      each, or any for a single lane).
      """, valueName: "LIST|any"))
  var cpus: String?

  @Option(help: ArgumentHelp("The device's name; must not exist yet.", valueName: "NAME"))
  var name = "fastun0"

  @Option(
    help: ArgumentHelp(
      "An address for the device, IPv4 or IPv6; may be repeated.", valueName: "CIDR"))
  var address: [String] = []

  @Option(
    help: ArgumentHelp(
      "A network to reach through the tunnel; may be repeated.", valueName: "CIDR"))
  var route: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The device's MTU in bytes; auto: what one datagram carries on the path.",
      valueName: "auto|N"))
  var mtu = "auto"

  @Option(
    help: ArgumentHelp(
      "LZ4; auto: while the link, not the CPU, is the limit.", valueName: "MODE"))
  var compress = Plan.Compression.auto

  @Option(
    help: ArgumentHelp(
      "How to talk to the kernel; auto: io_uring where it is allowed, else poll.",
      valueName: "ENGINE"))
  var engine = Plan.EngineChoice.auto

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Print a line of statistics every so many seconds.", valueName: "SECONDS"))
  var stats: Double?

  @Option(
    help: ArgumentHelp(
      "The least severe messages to log, on standard error.", valueName: "LEVEL"))
  var logLevel = LogLevel.info

  @Flag(help: "Write events, statistics and final counters to standard output as JSON lines.")
  var json = false

  func run() throws {
    let configuration = try configuration()
    let level = logLevel.level
    LoggingSystem.bootstrap { _ in LineLog(logLevel: level) }
    let report = Report(json ? .json : .text)
    try Tunnel(configuration, report: report, log: Logger(label: "fastun")).run()
  }

  /// The options, read and checked.
  func configuration() throws(SetupError) -> Configuration {
    var addresses: [CIDR] = []
    for text in address { addresses.append(try CIDR(address: text)) }
    var routes: [CIDR] = []
    for text in route { routes.append(try CIDR(route: text)) }
    return try Configuration(
      peer: Endpoint(peer: peer), listen: Endpoint(listen: listen), queues: queues,
      cpus: cpus.map { text throws(SetupError) in
        text == "any" ? [] : try CPUList(text).cpus
      }, name: name,
      addresses: addresses, routes: routes, mtu: MTUChoice(mtu), compression: compress,
      engine: engine, statistics: stats)
  }
}

extension Plan.Compression: ExpressibleByArgument {}
extension Plan.EngineChoice: ExpressibleByArgument {}

/// The levels of swift-log, least severe first.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace, debug, info, notice, warning, error, critical

  var level: Logger.Level { Logger.Level(rawValue: rawValue)! }
}
