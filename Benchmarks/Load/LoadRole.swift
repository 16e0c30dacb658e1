import Glibc
import Testbed

/// `Benchmarks load`: a tunnel with traffic in it, to be looked at from outside.
enum LoadRole {
  static let name = "load"

  /// The exit code.
  static func run(arguments: [String]) -> Int32 {
    if arguments.contains("--help") || arguments.contains("-h") {
      print(LoadOptions.usage)
      return 0
    }
    let options: LoadOptions
    do {
      options = try LoadOptions(arguments)
    } catch {
      return complainOfUsage(error.message, role: name)
    }
    if let missing = Testbed.missing {
      complain("\(missing)")
      return EX_NOPERM
    }
    do {
      try buildFastun()
      try run(options)
      return 0
    } catch {
      complain("\(error)")
      return EX_SOFTWARE
    }
  }

  private static func run(_ options: LoadOptions) throws {
    let pair = try SitePair(mode: options.mode)
    defer { pair.remove() }
    let tunnels = try TunnelPair(on: pair) { _, tunnel in
      tunnel.queues = options.queues
      tunnel.plaintext = options.plaintext
      tunnel.engine = options.engine
      tunnel.compress = options.compress
    }
    print("ready \(tunnels.a.process.pid) \(tunnels.b.process.pid) \(getpid())")
    // Somebody waits for that line.
    fflush(nil)
    guard readLine() != nil else { return }
    let start = Deadline.now
    let bytes = try move(options, pair)
    let seconds = Double(Deadline.now - start) / 1e9
    let counters = try tunnels.stop()
    print("bytes \(bytes) \(bytes)\nseconds \(seconds) \(seconds)")
    for name in (counters.a.lanes.first ?? [:]).keys.sorted() {
      print("\(name) \(try counters.a.sum(name)) \(try counters.b.sum(name))")
    }
  }

  /// Moves traffic from a to b; the bytes that arrived.
  private static func move(_ options: LoadOptions, _ pair: SitePair) throws -> Int {
    if let rate = options.rate {
      let run = try UDPFlows(
        count: Int(rate * options.seconds), rate: rate, from: pair.a,
        to: SitePair.innerAddress(.b), in: pair.b, quiet: 0.05)
      return run.total.received * 64
    }
    let load = try TCPLoad(
      from: pair.a, to: SitePair.innerAddress(.b), in: pair.b, streams: options.streams,
      payload: TCPLoad.payload(options.payload))
    Deadline.sleep(seconds: options.seconds)
    load.stop()
    return load.received
  }
}
