import Foundation
import Testbed

/// A tunnel, what befalls it, and whether it got over it.
struct Soak {
  private let options: SoakOptions
  private let sites: SitePair
  private var tunnels: [SitePair.Site: Tunnel] = [:]
  /// What each process held after its first files.
  private var vitals: [SitePair.Site: Vitals] = [:]
  /// The last part of each host's address.
  private var hosts: [SitePair.Site: Int] = [.a: 1, .b: 2]
  private var random: SplitMix
  private var rounds = 0

  /// Seconds within which packets must flow again.
  private static let patience = 30.0
  private static let fileSize = 16 << 20
  private static let device = SitePair.outerDevice

  init(_ options: SoakOptions) throws {
    self.options = options
    random = SplitMix(seed: options.seed)
    // Each datagram meets the rules by itself.
    sites = try SitePair(mode: .off)
    for site in SitePair.Site.allCases { try start(site) }
    for tunnel in tunnels.values { try tunnel.waitForPeer() }
  }

  mutating func run() throws {
    defer { sites.remove() }
    say("seed \(options.seed), \(options.queues) queues, \(options.minutes) minutes")
    let end = Deadline(seconds: options.minutes * 60)
    try checkHealth(after: "the start")
    while !end.hasPassed {
      let trouble = Trouble.allCases.randomElement(using: &random) ?? .silence
      rounds += 1
      let what = try strike(trouble)
      try checkHealth(after: what)
    }
    for site in SitePair.Site.allCases { try stop(site) }
    say("got over \(rounds) troubles")
  }

  // MARK: Troubles

  /// Does what the trouble is, and undoes it where it does not last; what it was, in words.
  private mutating func strike(_ trouble: Trouble) throws -> String {
    let site = SitePair.Site.allCases.randomElement(using: &random) ?? .a
    // Half of them brief, the others long enough that an end misses the other.
    let seconds =
      Double.random(in: 0.05...1, using: &random) * (Bool.random(using: &random) ? 12 : 1)
    let span = "\(Self.text(seconds)) s"
    switch trouble {
    case .silence:
      Deadline.sleep(seconds: seconds)
      return "silence for \(span)"
    case .cut:
      try sites[site].ip("link set \(Self.device) down")
      try talkIntoIt(seconds)
      try sites[site].ip("link set \(Self.device) up")
      return "link at \(site) down for \(span)"
    case .crash:
      try tunnels[site]?.process.kill9()
      try start(site)
      return "\(site) crashed"
    case .pause:
      try stop(site)
      Deadline.sleep(seconds: seconds)
      try start(site)
      return "\(site) away for \(span)"
    case .freeze:
      tunnels[site]?.process.signal(SIGSTOP)
      try talkIntoIt(seconds)
      tunnels[site]?.process.signal(SIGCONT)
      return "\(site) frozen for \(span)"
    case .loss:
      let share = Int.random(in: 1...400, using: &random)
      let rule = try LossRule(in: sites[site], perThousand: share)
      try talkIntoIt(seconds)
      try rule.remove()
      return "\(share) of 1000 lost on the way to \(site) for \(span)"
    case .refusal:
      try sites[site].run([
        "nft",
        """
        add table inet refusal
        add chain inet refusal output { type filter hook output priority 0; }
        add rule inet refusal output oifname \(Self.device) drop
        """,
      ])
      try talkIntoIt(seconds)
      try sites[site].run("nft delete table inet refusal")
      return "\(site) not let out for \(span)"
    case .strangers:
      return try sendStrangers(to: site)
    case .move:
      return try move(site)
    case .narrowing:
      let route = "\(address(of: site.other))/32 dev \(Self.device)"
      let mtu = Int.random(in: 700...1450, using: &random)
      try sites[site].ip("route add \(route) mtu lock \(mtu)")
      try talkIntoIt(seconds)
      try sites[site].ip("route del \(route)")
      return "path from \(site) took \(mtu) bytes for \(span)"
    case .deviceDown:
      try sites[site].ip("link set \(TunnelOptions.device) down")
      Deadline.sleep(seconds: seconds)
      try sites[site].ip("link set \(TunnelOptions.device) up")
      return "device at \(site) down for \(span)"
    }
  }

  /// Datagrams both ways, whether they arrive or not.
  private func talkIntoIt(_ seconds: Double) throws {
    let runs = SitePair.Site.allCases.map { site in
      let (source, target) = (sites[site], sites[site.other])
      return Background {
        try UDPFlows(
          count: Int(seconds * 5_000), size: 700, rate: 5_000, flows: 16, from: source,
          to: SitePair.innerAddress(site.other), in: target)
      }
    }
    for run in runs {
      let flows = try run.value()
      guard flows.corrupt == 0, flows.total.duplicated == 0 else {
        throw TestbedError("\(flows.corrupt) datagrams corrupt, \(flows.total)")
      }
    }
  }

  private mutating func sendStrangers(to site: SitePair.Site) throws -> String {
    let (source, target) = (sites[site.other], address(of: site))
    let flood = try HandshakeFlood(from: source, address: address(of: site.other), to: target)
    let handshakes = Background { try flood.run(rate: 10_000, seconds: 2) }
    try Stranger.send(
      Stranger.garbage(500, seed: random.next()), from: source, address: address(of: site.other),
      to: target)
    try checkFiles()
    return "\(try handshakes.value()) handshakes of strangers to \(site)"
  }

  private mutating func move(_ site: SitePair.Site) throws -> String {
    let old = address(of: site)
    var host: Int
    // Neither its own nor the other's: two hosts with one address are no tunnel's trouble.
    repeat { host = Int.random(in: 10...250, using: &random) } while hosts.values.contains(host)
    try sites.readdress(site, from: hosts[site], to: host)
    hosts[site] = host
    return "\(site) moved from \(old) to \(address(of: site))"
  }

  private func address(of site: SitePair.Site) -> String {
    "10.77.0.\(hosts[site] ?? site.rawValue)"
  }

  // MARK: The ends

  private mutating func start(_ site: SitePair.Site) throws {
    var tunnel = TunnelOptions(site: site)
    // Where the peer is now, as its operator would say.
    tunnel.peer = "\(address(of: site.other)):\(TunnelOptions.port)"
    tunnel.queues = options.queues
    tunnel.engine = options.engine
    tunnel.rekey = 7
    tunnels[site] = try Tunnel(in: sites[site], tunnel)
    vitals[site] = nil
  }

  private mutating func stop(_ site: SitePair.Site) throws {
    let drops = try tunnels[site]?.stop().drops.sorted { $0.key < $1.key } ?? []
    tunnels[site] = nil
    say("  \(site) ended; \(drops.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
  }

  // MARK: Health

  private mutating func checkHealth(after what: String) throws {
    let start = Deadline.now
    for site in SitePair.Site.allCases {
      do {
        try Ping.waitForAnswer(
          from: sites[site], to: SitePair.innerAddress(site.other), seconds: Self.patience)
      } catch {
        throw failure("\(what): \(error)")
      }
    }
    let back = Double(Deadline.now - start) / 1e9
    do { try checkFiles() } catch { throw failure("\(what): \(error)") }
    var memory: [String] = []
    for site in SitePair.Site.allCases {
      guard let process = tunnels[site]?.process else { continue }
      let now = try Vitals(of: process)
      memory.append("\(site) \(Self.text(Double(now.residentBytes) / 1_048_576)) MiB")
      if let before = vitals[site], now.hasGrown(since: before) {
        throw failure("\(what): \(site) has \(now), and had \(before)")
      }
      vitals[site] = vitals[site] ?? now
    }
    say("\(rounds) \(what); back after \(Self.text(back)) s; \(memory.joined(separator: ", "))")
  }

  /// A file each way, whole.
  private func checkFiles() throws {
    for site in SitePair.Site.allCases {
      let file = try Transfer(
        bytes: Self.fileSize, of: .random, from: sites[site], to: SitePair.innerAddress(site.other),
        in: sites[site.other], stall: Self.patience)
      guard file.bytes == Self.fileSize, file.received == file.sent else {
        throw TestbedError("what \(site.other) received is not what \(site) sent")
      }
    }
  }

  private func failure(_ what: String) -> TestbedError {
    let logs = SitePair.Site.allCases.map {
      "log of \($0):\n\(tunnels[$0]?.process.errorText ?? "")"
    }
    return TestbedError("after \(what)\n\(logs.joined(separator: "\n"))")
  }

  private func say(_ text: String) {
    print(text)
    fflush(nil)
  }

  private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
