import ArgumentParser
import Control
import Dataplane
import Handshake
import Logging

/// `fastun run`: opens the tunnel and keeps it open until SIGINT or SIGTERM.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Open the tunnel and carry packets until SIGINT or SIGTERM.",
    usage: "fastun [run] [--peer HOST[:PORT]] [OPTIONS]",
    discussion: """
      Makes a tun device whose packets travel to the peer in UDP datagrams, and the peer's to here. \
      Run it on both hosts, each naming the other. Lane i (queue i of the device, a thread, a socket) \
      uses UDP port PORT+i; where the peer has fewer lanes than we, our surplus queues stay unused.

      Datagrams are encrypted and authenticated, with keys that change every two minutes at most. Each \
      host has an identity, which is made on first run. The key that is first met at --peer is noted, \
      and another one is refused from then on. --peer-key settles beforehand which key that is.

      OTHER COMMANDS (each has --help)
        fastun keygen  make this host's identity, where there is none
        fastun pubkey  print this host's public key, for --peer-key on the other side

      EXAMPLES
        On 192.0.2.1:
          fastun --peer 192.0.2.2 --address 10.9.0.1/24
        On 192.0.2.2:
          fastun --peer 192.0.2.1 --address 10.9.0.2/24
        Four lanes, a route into the tunnel, and a line of statistics each second:
          fastun --queues 4 --peer 192.0.2.2:51900 --address 10.9.0.1/24 \\
            --route 10.20.0.0/16 --stats 1
        With keys settled beforehand, and as a user who may do nothing else:
          fastun --peer 192.0.2.2 --peer-key "$(ssh root@192.0.2.2 fastun pubkey)" \\
            --address 10.9.0.1/24 --user nobody
        Await a peer whose address is not known:
          fastun --peer-key KEY --address 10.9.0.1/24

      EXIT STATUS
        0  stopped by SIGINT or SIGTERM     64  usage: a flag or its value
        68 the peer's name is unknown       69  something is missing or in use
        71 the kernel refused a call        77  a permission is missing, or too wide
        78 a file (identity, known peers, pre-shared key) does not hold what it should
        Every error is one line that says what to do.
      """)

  @Option(
    help: ArgumentHelp(
      """
      The other side: an IPv4 address, an IPv6 address in brackets, or a name. May be left out with \
      --peer-key, to await the peer wherever it is.
      """, valueName: "HOST[:PORT]"))
  var peer: String?

  @Option(
    help: ArgumentHelp(
      """
      Where to listen (default: every address of the peer's family, or of IPv4 without --peer, where [::] \
      is every address of IPv6; port 51900).
      """, valueName: "[ADDR][:PORT]"))
  var listen = ""

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Lanes, 1 to 255 (default: the CPUs this process may use).", valueName: "N"))
  var queues: Int?

  @Option(
    help: ArgumentHelp(
      """
      CPUs to pin the lanes to, in turn, as in 0-3,6; any: leave them to the scheduler.
      """, valueName: "LIST|any"))
  var cpus = "any"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The niceness of the lanes, -20 (before all others) to 19.", valueName: "N"))
  var nice = Niceness.standard

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
    help: ArgumentHelp(
      """
      Whether the kernel is given and gives many datagrams at once (UDP_SEGMENT, UDP_GRO); off: each \
      alone, where a kernel or a network card spoils them.
      """, valueName: "MODE"))
  var trains = TrainChoice.auto

  @Option(
    help: ArgumentHelp(
      "The file with this host's identity, made where it is missing; known_peers lies beside it.",
      valueName: "FILE"))
  var identity = IdentityFile.defaultPath

  @Option(
    help: ArgumentHelp(
      "The peer's public key, as 'fastun pubkey' prints it there; no other is taken.",
      valueName: "KEY"))
  var peerKey: String?

  @Option(
    help: ArgumentHelp(
      """
      A secret that both sides have, on top of their keys: a file with 32 bytes in base64 or \
      hexadecimal.
      """, valueName: "FILE"))
  var pskFile: String?

  @Option(
    help: ArgumentHelp(
      "What to seal with; auto: AES-256-GCM where both CPUs are made for it, else ChaCha20-Poly1305.",
      valueName: "CIPHER"))
  var cipher = CipherChoice.auto

  @Flag(
    help: """
      Neither encrypt nor authenticate; take datagrams by the peer's address. For trusted networks and \
      for measuring.
      """)
  var plaintext = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Send something each so many seconds, for a NAT to keep the path open: 1 to 3600 (default: off).
      """, valueName: "SECONDS"))
  var keepalive: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Change keys after so many seconds: 1 to 120.", valueName: "SECONDS"))
  var rekey = Configuration.longestRekey

  @Option(
    help: ArgumentHelp(
      "Become this user once everything is set up (default: keep the user, without privileges).",
      valueName: "NAME"))
  var user: String?

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
      peer: peer.map { text throws(SetupError) in try Endpoint(peer: text) },
      listen: Endpoint(listen: listen), queues: queues,
      cpus: cpus == "any" ? [] : CPUList(cpus).cpus, nice: nice, name: name, addresses: addresses,
      routes: routes, mtu: MTUChoice(mtu), compression: compress,
      engine: engine, trains: trains, statistics: stats, identity: identity,
      peerKey: peerKey.map { text throws(SetupError) in try PublicKey(peerKey: text) },
      pskFile: pskFile, cipher: cipher, isPlaintext: plaintext, keepalive: keepalive, rekey: rekey,
      user: user)
  }
}

extension Plan.Compression: ExpressibleByArgument {}
extension Plan.EngineChoice: ExpressibleByArgument {}
extension TrainChoice: ExpressibleByArgument {}
extension CipherChoice: ExpressibleByArgument {}

/// The levels of swift-log, least severe first.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace, debug, info, notice, warning, error, critical

  var level: Logger.Level { Logger.Level(rawValue: rawValue)! }
}
