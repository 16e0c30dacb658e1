import Glibc
import Testbed

/// A tunnel that people use today: where it is, and how it is started with the fast settings that its
/// documentation names.
struct PeerProgram: Sendable {
  let name: String
  /// The program that PATH leads to, and the Debian package that it is in.
  let program: String
  let package: String
  /// Other programs that it takes to set it up.
  var helpers: [String] = []
  /// Variable of the environment that names another one than PATH's.
  let variable: String
  /// What makes it tell its version, and what stands before that.
  let askVersion: [String]
  let versionPrefix: String
  /// How it is set up, for people.
  let settings: String
  /// The device that it makes.
  let device: String
  let mtu: Int
  /// Writes a site's keys and configuration, into the site's folder; called for both sites before
  /// either is started.
  let prepare: @Sendable (SitePair, SitePair.Site) throws -> Void
  /// The command that runs it at a site, in the foreground.
  let command: @Sendable (_ path: String, SitePair, SitePair.Site) throws -> [String]

  static let all = [openvpn, vtun, fastd, tinc, nebula]

  /// What a site's end of it calls itself: letters alone, since that is all that some take.
  static func hostName(_ site: SitePair.Site) -> String { site == .a ? "sitea" : "siteb" }

  /// The path that the environment names, else the name that PATH leads to.
  private var path: String { getenv(variable).map { String(cString: $0) } ?? program }

  /// Why it cannot be had here; nil where it can.
  private var missing: String? {
    let tools = (getenv(variable) == nil ? [program] : []) + helpers
    let absent = tools.filter { !Testbed.isInstalled($0) }
    if absent.isEmpty { return nil }
    return """
      \(absent.joined(separator: " and ")) not installed (Debian package \(package); make bench-peers; \
      or \(variable)=PATH names \(program))
      """
  }

  /// As it says itself.
  private func version() throws -> String {
    // Some tell it on stderr, and some end with an error for being asked.
    let ask = ["sh", "-c", #""$@" 2>&1 || true"#, "sh", path] + askVersion
    let lines = try Command.run(ask).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix(versionPrefix) }) else {
      throw TestbedError("\(path) is no \(name), or tells no version: \(lines.first ?? "")")
    }
    return String(line.dropFirst(versionPrefix.count).prefix { $0 != " " })
  }

  /// Starts it at both sites; on return a packet has gone through and back. Throws ``LeftOut`` where
  /// it is missing.
  func carry(on pair: SitePair) throws -> RunningCarrier {
    if let missing { throw LeftOut(missing) }
    let version = try version()
    for site in SitePair.Site.allCases { try prepare(pair, site) }
    // Site b is the server of those that have one, and must be there first.
    let processes = try [SitePair.Site.b, .a].map {
      try ChildProcess(command(path, pair, $0), in: pair[$0])
    }
    do {
      try bringUp(processes[0], at: .b, of: pair)
      try bringUp(processes[1], at: .a, of: pair)
      // Handshakes take a moment, and some retry only after a second.
      try wait(for: processes[1], seconds: 20) {
        try Ping.answered(1, size: 56, from: pair.a, to: SitePair.innerAddress(.b), seconds: 0.3)
          == 1
      }
    } catch {
      for child in try Self.children(of: processes, pair) { kill(child, SIGKILL) }
      throw error
    }
    return RunningCarrier(
      processes: processes, children: try Self.children(of: processes, pair),
      version: "\(name) \(version)", sendsAlone: true)
  }

  /// Gives its device a site's address, where it has not done so itself.
  private func bringUp(_ process: ChildProcess, at site: SitePair.Site, of pair: SitePair) throws {
    // VTun makes its device once the other side is there.
    try wait(for: process) { pair[site].hasDevice(device) }
    try pair[site].ip("address replace \(SitePair.innerAddress(site))/24 dev \(device)")
    try pair[site].ip("link set \(device) mtu \(mtu) up")
  }

  /// What its processes have started, at either site.
  private static func children(of processes: [ChildProcess], _ pair: SitePair) throws -> [Int32] {
    try SitePair.Site.allCases.flatMap { try pair[$0].pids() }
      .filter { pid in !processes.contains { $0.pid == pid } }
  }

  private func wait(
    for process: ChildProcess, seconds: Double = 10, until isDone: () throws -> Bool
  ) throws {
    let deadline = Deadline(seconds: seconds)
    while try !isDone() {
      guard process.isRunning, !deadline.hasPassed else {
        throw TestbedError("\(name) does not come up: \(process.errorText)")
      }
      Deadline.sleep(seconds: 0.02)
    }
  }
}
