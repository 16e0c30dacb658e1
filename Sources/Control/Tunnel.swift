import CFastun
import Dataplane
import Glibc
import Handshake
package import Logging

/// One run of fastun: everything is opened and set up, the lanes run until a signal comes, all is gone.
///
/// What was opened is closed by its owner when a step throws, so an error leaves nothing behind.
package struct Tunnel {
  private let configuration: Configuration
  private let report: Report
  private let log: Logger

  package init(_ configuration: Configuration, report: Report, log: Logger) {
    self.configuration = configuration
    self.report = report
    self.log = log
  }

  /// Runs until SIGINT or SIGTERM.
  package func run() throws(SetupError) {
    // A resolver may take its time: until it has answered, signals have their usual effect.
    let (listen, peer) = try resolve()
    let account = try configuration.user.map { name throws(SetupError) in try Account(named: name) }
    let credentials = try loadCredentials()
    let signals = try Signals()
    raiseDescriptorLimit()
    // Ports before the device: where they are taken, no interface has come and gone on the host.
    let sockets = try openSockets(listen: listen, peer: peer)
    let overhead = PathOverhead(
      pathMTU: sockets.map(\.pathMTU).min() ?? 0, family: listen.address.family)
    let innerIPv6 = (configuration.addresses + configuration.routes).contains {
      $0.address.family == AF_INET6
    }
    let mtu = try configuration.mtu.settle(overhead, innerIPv6: innerIPv6)
    let device = try openDevice()
    let link = try Link(name: device.name, index: device.index)
    try link.configure(mtu: mtu, superPacketLimit: overhead.superPacketLimit(mtu: mtu))
    // Up before the lanes run: the device takes no packets of theirs before.
    try connect(link, peer: peer)
    let (priority, priorityNote) = niceness()
    // The probe of the engine, the lanes and the supervisor get by without privileges: queues are
    // attached and the device is let go by descriptors that are open.
    try Privileges.drop(to: account)
    let forwarder = try makeForwarder(
      Plan(
        engine: configuration.engine, compression: configuration.compression,
        cpus: configuration.cpus, mtu: mtu, datagramLimit: overhead.datagramLimit,
        trainLimit: sockets.allSatisfy(\.segmentsTrains) ? Plan.longestTrain : 1,
        udpSegments: Plan.udpSegments(device.offloads, .current)),
      device: device, sockets: sockets)
    do { try forwarder.start() } catch { throw .lanes(error, engine: configuration.engine) }
    priority?.restore()
    let keeper = credentials.map { credentials in
      SessionKeeper(
        path: forwarder, credentials: credentials, peer: peer,
        offer: offer(mtu: mtu, listen: listen), rekey: configuration.rekey,
        keepalive: configuration.keepalive, log: log,
        send: HandshakeSender(sockets[0], log: log) { (try? link.carries($0)) ?? false }.send)
    }
    var supervisor = Supervisor(
      path: forwarder, lanes: configuration.queues, sockets: sockets, mtu: mtu,
      engine: configuration.engine, signals: signals, report: report, log: log, keeper: keeper,
      resolver: try configuration.peer.map { peer throws(SetupError) in
        try Resolver(peer, family: listen.address.family)
      }, attach: device.setAttached)
    // Logged only now: an error of the set-up is one line, and nothing before it.
    log.info("memory: \(forwarder.memory.bytes >> 20) MiB = \(forwarder.memory.story)")
    if let priorityNote { log.warning("\(priorityNote)") }
    // What holds for one lane's socket holds for all.
    for note in sockets[0].notes + forwarder.notes { log.warning("\(note)") }
    announce(
      Readiness(
        device: device.name, mtu: mtu, engine: forwarder.engine, queues: configuration.queues,
        peer: peer, listen: listen, memoryBytes: forwarder.memory.bytes,
        publicKey: credentials?.identity.publicKey),
      device: device, credentials: credentials)
    try supervisor.run(statistics: configuration.statistics)
  }

  // MARK: Steps

  /// Every lane needs a queue, two sockets and a ring; the soft limit is often 1,024.
  private func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// Where we are and where the peer is; nil: it comes to us, by IPv4 unless `--listen` is IPv6.
  private func resolve() throws(SetupError) -> (listen: SocketAddress, peer: SocketAddress?) {
    let family = configuration.listen.family
    let peer = try configuration.peer?.resolve(family: family)
    return (
      try configuration.listen.local(family: peer?.address.family ?? family ?? AF_INET), peer
    )
  }

  /// What a sealed tunnel needs, made sure of while an error is one line; nil in the clear.
  private func loadCredentials() throws(SetupError) -> Credentials? {
    guard !configuration.isPlaintext else { return nil }
    do {
      // Lanes make room for keys of either, whichever a session will have.
      try SealingBackend.prepare(for: .aes256GCM)
      try SealingBackend.prepare(for: preferredCipher)
    } catch {
      throw SetupError(
        "datagrams cannot be sealed here: \(error)",
        remedy: "mend the library, or use --plaintext on a trusted network", status: .unavailable)
    }
    return try Credentials(configuration)
  }

  /// What we tell the peer of ourselves.
  private func offer(mtu: Int, listen: SocketAddress) -> Offer {
    let ciphers: Set<Cipher> =
      switch configuration.cipher {
      case .auto: Set(Cipher.allCases.filter { (try? SealingBackend.prepare(for: $0)) != nil })
      case .aes, .chacha: [preferredCipher]
      }
    return Offer(
      lanes: UInt8(configuration.queues), ciphers: ciphers,
      prefersChaCha: preferredCipher == .chaCha20Poly1305, mtu: UInt16(clamping: mtu),
      basePort: listen.port)
  }

  /// The cipher of sessions with a peer that is like us.
  private var preferredCipher: Cipher {
    switch configuration.cipher {
    case .auto: Cipher.hasAESInstructions ? .aes256GCM : .chaCha20Poly1305
    case .aes: .aes256GCM
    case .chacha: .chaCha20Poly1305
    }
  }

  /// Takes on the lanes' niceness, which threads have from the one that starts them; a note where that is
  /// not allowed.
  private func niceness() -> (Niceness?, note: String?) {
    do throws(SystemError) {
      return (try Niceness(configuration.nice), nil)
    } catch {
      return (
        nil,
        """
        lanes wait for other programs where the CPUs are busy: no permission for --nice \
        \(configuration.nice) (\(error)); give CAP_SYS_NICE, or say --nice 0
        """
      )
    }
  }

  private func openSockets(
    listen: SocketAddress, peer: SocketAddress?
  ) throws(SetupError) -> [LaneSocket] {
    var sockets: [LaneSocket] = []
    for lane in 0..<configuration.queues {
      let (local, remote) = (listen.lane(lane), peer?.lane(lane))
      do {
        sockets.append(
          try LaneSocket(local: local, remote: remote, trains: configuration.trains == .auto))
      } catch {
        throw .socket(error, local: local, remote: remote)
      }
    }
    if let peer, sockets[0].local.address == peer.address,
      abs(Int(sockets[0].local.port) - Int(peer.port)) < configuration.queues
    {
      throw SetupError(
        "the peer \(peer) is this very process",
        remedy: "give --peer the other host, or another port on this one")
    }
    return sockets
  }

  private func openDevice() throws(SetupError) -> TunDevice {
    do {
      return try TunDevice(name: configuration.name, queues: configuration.queues)
    } catch {
      throw .device(error, name: configuration.name, queues: configuration.queues)
    }
  }

  private func makeForwarder(
    _ plan: Plan, device: TunDevice, sockets: [LaneSocket]
  ) throws(SetupError) -> Forwarder {
    let lanes = zip(device.queues, sockets).map {
      LaneFiles(queue: $0, socket: $1.peer, choosesSource: $1.choosesSource)
    }
    do {
      return try Forwarder(
        plan: plan, lanes: lanes,
        clearSession: configuration.isPlaintext ? .random(in: 1 ... .max) : nil)
    } catch {
      throw .lanes(error, engine: plan.engine)
    }
  }

  /// Puts the device into the host's network, and makes sure that our own datagrams do not enter it.
  private func connect(_ link: Link, peer: SocketAddress?) throws(SetupError) {
    for address in configuration.addresses { try link.add(address: address) }
    try link.bringUp()
    for route in configuration.routes {
      // An address brings the route to its own network.
      let isThere = configuration.addresses.contains {
        $0.network == route.address && $0.length == route.length
      }
      if !isThere { try link.add(route: route) }
    }
    guard let peer else { return }
    let isOurs = configuration.addresses.contains { $0.address == peer.address }
    let isInside = try link.carries(peer.address)
    guard isOurs || isInside else { return }
    throw SetupError(
      "the peer \(peer.address) itself would be reached through the tunnel",
      remedy: "leave it out of --address and --route, or add a route to it beside the tunnel "
        + "(ip route add \(peer.address)/\(peer.address.width) via GATEWAY)")
  }

  private func announce(_ facts: Readiness, device: TunDevice, credentials: Credentials?) {
    log.info(
      """
      \(facts.device) is up: MTU \(facts.mtu), queues \(facts.queues), engine \
      \(facts.engine.rawValue), offloads \(device.offloads), \(facts.listen) to \
      \(facts.peer.map { "\($0)" } ?? "whoever has the peer's key")
      """)
    if let credentials {
      let key = credentials.identity.publicKey
      log.info(
        """
        our key is \(Fingerprint(key))\(credentials.isNewIdentity ? ", made just now" : ""); \
        datagrams are sealed by \(SealingBackend.description(for: preferredCipher))
        """)
    } else {
      log.warning(
        """
        --plaintext: packets travel IN THE CLEAR, and who can send from the peer's address can put \
        packets into the tunnel
        """)
    }
    if configuration.addresses.isEmpty {
      log.info(
        """
        \(facts.device) has no address: add one with --address, or \
        ip address add 10.9.0.1/24 dev \(facts.device)
        """)
    }
    report.ready(facts)
  }
}
