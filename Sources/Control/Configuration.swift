package import Dataplane
package import Handshake

/// What the user asked for, each value checked by itself; nothing of the system has been touched yet.
package struct Configuration: Equatable, Sendable {
  /// The most lanes: a greeting states them in one byte (the kernel would take one queue more).
  package static let maximumQueues = min(TunDevice.maximumQueues, 255)

  /// nil: whoever holds ``peerKey``, wherever it is.
  package var peer: Endpoint?
  package var listen: Endpoint
  /// Lanes: 1...``maximumQueues``.
  package var queues: Int
  /// CPUs that lanes are pinned to in turn; empty: they are not pinned.
  package var cpus: [Int]
  /// The niceness that lanes run at: -20 (before all others) to 19.
  package var nice: Int
  package var name: String
  package var addresses: [CIDR]
  package var routes: [CIDR]
  package var mtu: MTUChoice
  package var compression: Plan.Compression
  package var engine: Plan.EngineChoice
  package var trains: TrainChoice
  /// Between statistics lines; nil for none.
  package var statistics: Duration?
  /// The file that holds our own identity.
  package var identity: String
  /// The peer's key; nil: as the list of known peers has it, or the first one that is met.
  package var peerKey: PublicKey?
  /// The file that holds the pre-shared key; nil for none.
  package var pskFile: String?
  package var cipher: CipherChoice
  /// Datagrams are neither sealed nor authenticated.
  package var isPlaintext: Bool
  /// Between datagrams that keep the path open while there is no traffic; nil for none.
  package var keepalive: Duration?
  /// How long a session's keys serve.
  package var rekey: Duration
  /// Whom the process becomes once it is set up; nil: it stays who it is.
  package var user: String?

  /// Checks values against each other.
  ///
  /// - Parameters:
  ///   - queues: nil for as many as the CPUs that lanes may use.
  ///   - cpus: where lanes are pinned, in turn; empty for nowhere.
  package init(
    peer: Endpoint?, listen: Endpoint = Endpoint(host: ""), queues: Int? = nil, cpus: [Int] = [],
    nice: Int = Niceness.standard, name: String = "fastun0", addresses: [CIDR] = [],
    routes: [CIDR] = [], mtu: MTUChoice = .auto,
    compression: Plan.Compression = .auto, engine: Plan.EngineChoice = .auto,
    trains: TrainChoice = .auto, statistics: Double? = nil,
    identity: String = IdentityFile.defaultPath,
    peerKey: PublicKey? = nil, pskFile: String? = nil, cipher: CipherChoice = .auto,
    isPlaintext: Bool = false, keepalive: Int? = nil, rekey: Int = Self.longestRekey,
    user: String? = nil
  ) throws(SetupError) {
    let usable = cpus.isEmpty ? CPUList.allowed.count : cpus.count
    self.queues = queues ?? min(max(usable, 1), Self.maximumQueues)
    guard (1...Self.maximumQueues).contains(self.queues) else {
      throw SetupError(
        "--queues \(self.queues) is out of range",
        remedy: "choose 1 to \(Self.maximumQueues)")
    }
    try peer?.checkPorts(lanes: self.queues, option: "--peer")
    try listen.checkPorts(lanes: self.queues, option: "--listen")
    if let ours = listen.family, let peer, let theirs = peer.family, ours != theirs {
      throw SetupError(
        "--listen \(listen) and --peer \(peer) are of different families",
        remedy: "give both as IPv4, or both as IPv6")
    }
    guard Niceness.range.contains(nice) else {
      let range = Niceness.range
      throw SetupError(
        "--nice \(nice) is out of range",
        remedy: "choose \(range.lowerBound) to \(range.upperBound)")
    }
    try Self.check(name: name)
    try Self.checkUnique(addresses, option: "--address")
    try Self.checkUnique(routes, option: "--route")
    if let statistics, !(0.01...86_400).contains(statistics) {
      throw SetupError(
        "--stats \(statistics) is out of range", remedy: "choose 0.01 to 86400 seconds")
    }
    try Self.checkTrust(
      peer: peer, peerKey: peerKey, pskFile: pskFile, cipher: cipher, isPlaintext: isPlaintext)
    try Self.checkPath(identity, option: "--identity")
    if let pskFile { try Self.checkPath(pskFile, option: "--psk-file") }
    if let keepalive { try Self.check(keepalive, in: Self.keepalives, option: "--keepalive") }
    try Self.check(rekey, in: 1...Self.longestRekey, option: "--rekey")
    self.peer = peer
    self.listen = listen
    self.cpus = cpus
    self.nice = nice
    self.name = name
    self.addresses = addresses
    self.routes = routes
    self.mtu = mtu
    self.compression = compression
    self.engine = engine
    self.trains = trains
    self.statistics = statistics.map { .seconds($0) }
    self.identity = identity
    self.peerKey = peerKey
    self.pskFile = pskFile
    self.cipher = cipher
    self.isPlaintext = isPlaintext
    self.keepalive = keepalive.map { .seconds($0) }
    self.rekey = .seconds(rekey)
    self.user = user
  }

  /// As dev_valid_name of net/core/dev.c; and no '%', with which the kernel would number the name;
  /// and neither of the names that /proc/sys/net/ipv4/conf has for itself.
  private static func check(name: String) throws(SetupError) {
    let forbidden: (UInt8) -> Bool = { $0 <= 0x20 || $0 >= 0x7f || "/:%".utf8.contains($0) }
    guard (1...TunDevice.maximumNameLength).contains(name.utf8.count),
      ![".", "..", "all", "default"].contains(name),
      !name.utf8.contains(where: forbidden)
    else {
      throw SetupError(
        "--name '\(name)' is no interface name",
        remedy: "use 1 to \(TunDevice.maximumNameLength) letters, digits, '-', '_' or '.', "
          + "but not 'all' or 'default'")
    }
  }

  private static func checkUnique(_ list: [CIDR], option: String) throws(SetupError) {
    for (position, cidr) in list.enumerated() where list[..<position].contains(cidr) {
      throw SetupError("\(option) \(cidr) is given twice", remedy: "give it once")
    }
  }
}
