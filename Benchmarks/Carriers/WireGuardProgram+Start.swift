import Testbed

extension WireGuardProgram {
  private static let device = "wgbench0"
  private static let port = 51820

  /// Starts it at both sites, as its documentation says, with MTU 1420, its default. On return the
  /// sites have shaken hands.
  func start(on pair: SitePair) throws -> [ChildProcess] {
    var processes: [ChildProcess] = []
    var publicKeys: [SitePair.Site: String] = [:]
    for site in SitePair.Site.allCases {
      publicKeys[site] = try Self.makeKey(into: Self.keyFile(of: pair[site]))
      processes.append(try startProcess(in: pair[site]))
    }
    for (site, process) in zip(SitePair.Site.allCases, processes) {
      try Self.wait(for: process)
      try Self.wg(
        [
          "set", Self.device, "listen-port", "\(Self.port)",
          "private-key", Self.keyFile(of: pair[site]),
          "peer", publicKeys[site.other]!,
          "endpoint", "\(SitePair.outerAddress(site.other)):\(Self.port)",
          "allowed-ips", "\(SitePair.innerAddress(site.other))/32",
        ], beside: process)
      try pair[site].ip("address add \(SitePair.innerAddress(site))/24 dev \(Self.device)")
      try pair[site].ip("link set \(Self.device) mtu 1420 up")
    }
    // The first packet makes them shake hands, and waits for it.
    let answered = try Ping.answered(1, size: 56, from: pair.a, to: SitePair.innerAddress(.b))
    guard answered == 1 else {
      let said = processes.map(\.errorText).joined()
      throw TestbedError("wireguard-go: no handshake. \(said)")
    }
    return processes
  }

  /// Its control socket has a fixed place under /var/run, which network namespaces share. So each
  /// process gets a /var/run of its own, in the mount namespace that `ip netns exec` made for it;
  /// nothing of it is left when the process ends.
  private func startProcess(in namespace: Namespace) throws -> ChildProcess {
    try ChildProcess(
      [
        "sh", "-c", #"mount -t tmpfs none /var/run && exec "$0" -f "$1" >&2"#, path, Self.device,
      ], environment: ["LOG_LEVEL": "error"], in: namespace)
  }

  private static func keyFile(of namespace: Namespace) -> String {
    "\(namespace.folder)/wireguard.key"
  }

  /// Makes a private key; returns its public key.
  private static func makeKey(into file: String) throws -> String {
    let output = try Command.run([
      "sh", "-c", #"umask 077 && wg genkey >"$0" && wg pubkey <"$0""#, file,
    ])
    return String(output.prefix { !$0.isNewline })
  }

  /// Waits until the process can be configured.
  private static func wait(for process: ChildProcess) throws {
    let deadline = Deadline(seconds: 10)
    while (try? wg(["show", device], beside: process)) == nil {
      guard process.isRunning, !deadline.hasPassed else {
        throw TestbedError("wireguard-go does not come up: \(process.errorText)")
      }
      Deadline.sleep(seconds: 0.02)
    }
  }

  /// Runs `wg` where the process's control socket is.
  private static func wg(_ arguments: [String], beside process: ChildProcess) throws {
    try Command.run(
      ["nsenter", "--mount", "--net", "--target", "\(process.pid)", "wg"] + arguments)
  }
}
