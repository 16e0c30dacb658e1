import CFastun
package import Dataplane
import Glibc
import Handshake
package import Logging

/// The control thread while the lanes run: waits for signals, seconds and what comes of the peer; attaches
/// queues as the peer has lanes for them; looks at strangers; reports.
///
/// What the peer is to us is kept by a ``SessionKeeper`` where datagrams are sealed, and by a ``PeerWatch``
/// and greetings where they are not.
package struct Supervisor {
  /// Puts queue i (from 1) among those that carry traffic, or takes it out; see ``TunDevice``.
  package typealias Attach = (_ queue: Int, _ attached: Bool) throws(SystemError) -> Void

  private let path: any DataPath
  private let sockets: [LaneSocket]
  private let lanes: Int
  private let mtu: Int
  private let signals: Signals
  private let attach: Attach
  private let report: Report
  private let log: Logger

  private var watch = PeerWatch()
  private var keeper: SessionKeeper?
  private let resolver: Resolver?
  private var sends = DropWatch()
  private var otherMode = DropWatch()
  /// Datagrams as of the last second.
  private var counts: (received: UInt64, errors: UInt64) = (0, 0)
  /// The lanes are stopping: handshakes lead nowhere any more.
  private var isEnding = false
  private var strangers: StrangerWatch
  private var activeQueues = 1
  /// As of the last line of statistics, and of the last session.
  private var last: (sample: Sample, time: ContinuousClock.Instant, peer: (lanes: Int, mtu: Int)?)

  /// - Parameters:
  ///   - path: the lanes, started.
  ///   - lanes: how many.
  ///   - sockets: of the lanes, for their strangers; may be fewer.
  ///   - mtu: our device's.
  ///   - keeper: of the sessions; nil where packets travel in the clear.
  ///   - resolver: of the peer's name; nil where it has none.
  package init(
    path: any DataPath, lanes: Int, sockets: [LaneSocket], mtu: Int, signals: Signals,
    report: Report, log: Logger, keeper: SessionKeeper? = nil,
    resolver: Resolver? = nil,
    attach: @escaping Attach
  ) {
    self.path = path
    self.keeper = keeper
    self.resolver = resolver
    self.lanes = lanes
    self.sockets = sockets
    self.mtu = mtu
    self.signals = signals
    self.report = report
    self.log = log
    self.attach = attach
    strangers = StrangerWatch(lanes: sockets.count)
    let start = Sample(
      lanes: (0..<lanes).map { path.counters(lane: $0) }, strangers: 0, handshakes: [:])
    last = (start, .now, nil)
  }

  /// Supervises until a signal comes, then stops the lanes and reports their final counters.
  ///
  /// - Parameter statistics: the interval of statistics lines; nil for none.
  /// - Throws: where a lane failed; the lanes are stopped and reported then, too.
  package mutating func run(statistics: Duration?) throws(SetupError) {
    defer { finish() }
    let second = try Ticker(every: .seconds(1))
    let interval: Ticker? =
      if let statistics { try Ticker(every: statistics) } else { nil }
    var waiting = [signals.descriptor, second.descriptor].map(Self.readable)
    if let interval { waiting.append(Self.readable(interval.descriptor)) }
    if let resolver { waiting.append(Self.readable(resolver.descriptor)) }
    let calm = waiting
    waiting.append(Self.readable(path.notices))
    // In the clear nothing that strangers send is of use: each second is often enough.
    if keeper != nil { waiting += sockets.map { Self.readable($0.strangers) } }
    let open = waiting
    begin()
    while true {
      waiting = strangers.isFlooded() ? calm : open
      guard poll(&waiting, nfds_t(waiting.count), timeout) >= 0 || errno == EINTR else {
        throw SetupError(SystemError.last("poll"))
      }
      // Before the signal, so that what had come by then is on the final counters.
      if readCount(path.notices) > 0 { takeNotice() }
      if keeper != nil { attend() }
      if let signal = signals.take() {
        log.info("stopping: \(signal == SIGINT ? "SIGINT" : "SIGTERM")")
        return
      }
      if let failure = path.failure { throw .lanes(failure, engine: .auto) }
      if second.take() > 0 { tick() }
      if let interval, interval.take() > 0 { reportInterval() }
    }
  }

  // MARK: The peer

  private mutating func begin() {
    guard keeper != nil else {
      path.greet()
      takeNotice()
      return
    }
    follow(keeper?.start(now: .now))
  }

  /// Until the next thing that is due by the clock, in milliseconds; -1: nothing is.
  private var timeout: Int32 {
    let times = [keeper?.deadline, strangers.floodEnd].compactMap(\.self)
    guard let next = times.min() else { return -1 }
    let parts = (next - .now).components
    let milliseconds = parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000 + 1
    return Int32(clamping: max(milliseconds, 0))
  }

  /// Does what is due where datagrams are sealed.
  private mutating func attend() {
    if let deadline = keeper?.deadline, deadline <= .now { follow(keeper?.wake(now: .now)) }
    if let address = resolver?.take() { follow(keeper?.resolved(address, now: .now)) }
    if !strangers.isFlooded() { drainStrangers() }
  }

  private mutating func follow(_ events: [SessionKeeper.Event]?) {
    for event in events ?? [] { follow(event) }
  }

  private mutating func follow(_ event: SessionKeeper.Event) {
    switch event {
    case .session(let session):
      meet(session)
    case .unheard(let seconds):
      log.info("no answer from the peer for \(seconds) s: trying on until it comes")
    case .silent(let seconds):
      log.warning("the peer does not answer since \(seconds) s")
    case .back:
      log.info("the peer is back")
    case .moved(let lane, let address):
      log.info("the peer's lane \(lane) is at \(address) now")
    case .unproven:
      log.warning(
        """
        the peer answered a handshake, but does not take its keys: is the pre-shared key the same on \
        both sides?
        """)
    }
  }

  /// A session is in use: queues follow the peer's lanes, where those are new.
  private mutating func meet(_ session: SessionKeeper.Session) {
    report.session(session)
    let peer = session.peer
    guard session.number == 1 || last.peer.map({ $0 != (peer.lanes, peer.mtu) }) ?? true else {
      log.debug("new keys: session \(session.number)")
      return
    }
    last.peer = (peer.lanes, peer.mtu)
    attachQueues(upTo: min(lanes, max(peer.lanes, 1)))
    log.info(
      """
      the peer \(session.address) answers: key \(Fingerprint(session.key)), sealed with \
      \(session.cipher); lanes \(peer.lanes), MTU \(peer.mtu); \(activeQueues) of our \(lanes) queues \
      carry traffic
      """)
    compareMTU(peer)
    report.peer(peer, activeQueues: activeQueues)
  }

  private func compareMTU(_ peer: Peer) {
    guard peer.mtu != mtu else { return }
    log.warning("the peer's MTU is \(peer.mtu), ours \(mtu): give both sides the same --mtu")
  }

  private mutating func takeNotice() {
    guard keeper == nil else {
      let news = path.takeNews()
      for item in news { follow(keeper?.hear(item, now: .now)) }
      // Handshakes in the peer's name may be anybody's.
      strangers.note(news.count)
      return
    }
    var events: [PeerWatch.Event] = []
    if watch.notice(path.peer, &events) { path.greet() }
    for event in events { follow(event) }
  }

  private mutating func tick() {
    drainStrangers()
    let now = sample()
    let received = now[.datagramsReceived]
    let errors = now[.dropSendError]
    if errors > counts.errors, received == counts.received {
      // Our own address may have gone, which sockets that are connected from it never learn.
      path.reconnect()
    }
    counts = (received, errors)
    let sent = now.lanes.map { $0[.datagramsSent, default: 0] }
    if let step = keeper?.tick(received: received, sent: sent, now: .now) {
      if step.wantsAddress { resolver?.ask() }
      follow(step.events)
    } else {
      var events: [PeerWatch.Event] = []
      if watch.tick(received: received, &events) { path.greet() }
      for event in events { follow(event) }
    }
    warn(now)
  }

  /// Says what is wrong where drops show it.
  private mutating func warn(_ now: Sample) {
    if let errors = sends.tick(drops: now[.dropSendError]) {
      log.warning(
        """
        \(errors) datagrams could not be sent: if the path's MTU has shrunk, start fastun again, or \
        with a smaller --mtu on both sides
        """)
    }
    let isSealing = keeper != nil
    if let drops = otherMode.tick(drops: now[isSealing ? .dropPlaintext : .dropSealed]) {
      log.warning(
        """
        dropped \(drops) datagrams from the peer's address that are \(isSealing ? "not " : "")sealed: \
        start both sides with --plaintext, or neither
        """)
    }
  }

  private mutating func follow(_ event: PeerWatch.Event) {
    switch event {
    case .greeted(let peer, let restarted):
      attachQueues(upTo: min(lanes, max(peer.lanes, 1)))
      log.info(
        """
        \(restarted ? "the peer was restarted" : "the peer answers"): lanes \(peer.lanes), \
        MTU \(peer.mtu); \(activeQueues) of our \(lanes) queues carry traffic
        """)
      compareMTU(peer)
      report.peer(peer, activeQueues: activeQueues)
    case .unheard(let seconds):
      log.info("no answer from the peer for \(seconds) s: greeting it every second until it comes")
    case .silent(let seconds):
      log.warning("the peer is silent since \(seconds) s")
    case .back:
      log.info("the peer is back")
    }
  }

  /// Attaches in ascending, detaches in descending order, so that queue i stays lane i's.
  private mutating func attachQueues(upTo wanted: Int) {
    do {
      while activeQueues < wanted {
        try attach(activeQueues, true)
        activeQueues += 1
      }
      while activeQueues > wanted {
        try attach(activeQueues - 1, false)
        activeQueues -= 1
      }
    } catch {
      log.warning("\(activeQueues) queues stay in use: \(error)")
    }
  }

  // MARK: Reports

  private func sample() -> Sample {
    var handshakes = keeper?.drops.counts ?? [:]
    if keeper != nil { handshakes["drop_handshake_rate", default: 0] += path.newsOverflow }
    return Sample(
      lanes: (0..<lanes).map { path.counters(lane: $0) }, strangers: strangers.count,
      handshakes: handshakes)
  }

  /// Takes what came from other addresses than the peer's: a handshake of anybody's, or data of a peer that
  /// has moved. All else is counted.
  private mutating func drainStrangers() {
    for lane in sockets.indices {
      for (datagram, source) in strangers.take(from: sockets[lane], lane: lane)
      where !take(datagram, from: source, lane: lane) {
        strangers.count(source, lane: lane, log: log)
      }
    }
  }

  /// Whether a datagram from elsewhere was of use.
  private mutating func take(
    _ datagram: [UInt8], from source: SocketAddress, lane: Int
  ) -> Bool {
    guard let keeper, !isEnding, let kind = datagram.first else { return false }
    if lane == 0, [1, 2, 3, 6].contains(kind) {
      follow(self.keeper?.hear(datagram, from: source, now: .now))
      return true
    }
    guard kind == 4, datagram.count >= 32 else { return false }
    let index = datagram[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return keeper.owns(index) && path.take(datagram, from: source, lane: lane)
  }

  private mutating func reportInterval() {
    drainStrangers()
    let now = ContinuousClock.now
    let new = sample()
    let parts = (now - last.time).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    report.statistics(Interval(from: last.sample, to: new, seconds: max(seconds, 1e-3)))
    last = (new, now, last.peer)
  }

  private mutating func finish() {
    signals.release()
    isEnding = true
    path.stop()
    drainStrangers()
    report.final(sample())
  }

  private static func readable(_ descriptor: Descriptor) -> pollfd {
    pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
  }
}
