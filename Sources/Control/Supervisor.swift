import CFastun
package import Dataplane
import Glibc
package import Logging

/// The control thread while the lanes run: waits for signals, seconds and what comes of the peer; attaches
/// queues as the peer has lanes for them; looks at strangers; reports.
///
/// What the peer is to us is kept by a ``SessionKeeper`` where datagrams are sealed, and by a ``PeerWatch``
/// and greetings where they are not.
package struct Supervisor {
  /// Puts queue i (from 1) among those that carry traffic, or takes it out; see ``TunDevice``.
  package typealias Attach = (_ queue: Int, _ attached: Bool) throws(SystemError) -> Void

  let path: any DataPath
  let sockets: [LaneSocket]
  let lanes: Int
  let mtu: Int
  private let engine: Plan.EngineChoice
  private let signals: Signals
  let attach: Attach
  let report: Report
  let log: Logger

  var watch = PeerWatch()
  var keeper: SessionKeeper?
  let resolver: Resolver?
  private var drops: DropLog
  var moves = MoveWatch()
  /// As of the last second.
  private var sendErrors: UInt64 = 0
  /// The lanes are stopping: handshakes lead nowhere any more.
  var isEnding = false
  var strangers: StrangerWatch
  private var socketWatch: SocketWatch
  var activeQueues = 1
  /// As of the last line of statistics, and of the last session.
  var last: (sample: Sample, time: ContinuousClock.Instant, peer: (lanes: Int, mtu: Int)?)

  /// - Parameters:
  ///   - path: the lanes, started.
  ///   - lanes: how many.
  ///   - sockets: of the lanes, for their strangers; may be fewer.
  ///   - mtu: our device's.
  ///   - engine: what was asked for.
  ///   - keeper: of the sessions; nil where packets travel in the clear.
  ///   - resolver: of the peer's name; nil where it has none.
  package init(
    path: any DataPath, lanes: Int, sockets: [LaneSocket], mtu: Int,
    engine: Plan.EngineChoice = .auto, signals: Signals, report: Report, log: Logger,
    keeper: SessionKeeper? = nil, resolver: Resolver? = nil,
    attach: @escaping Attach
  ) {
    self.path = path
    self.keeper = keeper
    self.resolver = resolver
    self.lanes = lanes
    self.sockets = sockets
    self.mtu = mtu
    self.engine = engine
    self.signals = signals
    self.report = report
    self.log = log
    self.attach = attach
    strangers = StrangerWatch(lanes: sockets.count)
    socketWatch = SocketWatch(lanes: sockets.count)
    drops = DropLog(isSealing: keeper != nil)
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
      if path.notices.takeCount() > 0 { takeNotice() }
      if keeper != nil { attend() }
      if let signal = signals.take() {
        log.info("stopping: \(signal == SIGINT ? "SIGINT" : "SIGTERM")")
        return
      }
      if let failure = path.failure { throw .lanes(failure, engine: engine) }
      if second.take() > 0 { tick() }
      if let interval, interval.take() > 0 { reportInterval() }
    }
  }

  /// Until the next thing that is due by the clock, in milliseconds; -1: nothing is.
  private var timeout: Int32 {
    let times = [keeper?.deadline, strangers.floodEnd].compactMap(\.self)
    guard let next = times.min() else { return -1 }
    let parts = (next - .now).components
    let milliseconds = parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000 + 1
    return Int32(clamping: max(milliseconds, 0))
  }

  private mutating func tick() {
    drainStrangers()
    let now = sample()
    let received = now[.datagramsReceived]
    let errors = now[.dropSendError]
    // Our own address may have gone, which sockets that are connected from it never learn.
    if socketWatch.findsSourceLost(of: sockets, log: log) {
      path.reconnect()
      if keeper == nil { path.greet() } else { keeper?.announce() }
    } else if errors > sendErrors || sockets.contains(where: \.isUnconnected) {
      path.reconnect()
    }
    sendErrors = errors
    let sent = now.lanes.map { $0[.datagramsSent, default: 0] }
    if let step = keeper?.tick(received: received, sent: sent, now: .now) {
      if step.wantsAddress { resolver?.ask() }
      follow(step.events)
    } else {
      var events: [PeerWatch.Event] = []
      if watch.tick(received: received, &events) { path.greet() }
      for event in events { follow(event) }
    }
    drops.tick(now, sendError: path.sendError, log: log)
    socketWatch.lookAtMTU(of: sockets, log: log)
    for line in moves.tick(now: .now) { log.info("\(line)") }
  }

  // MARK: Reports

  private mutating func sample() -> Sample {
    var handshakes = keeper?.drops.counts ?? [:]
    if keeper != nil { handshakes["drop_handshake_rate", default: 0] += path.newsOverflow }
    return Sample(
      lanes: (0..<lanes).map { path.counters(lane: $0) }, strangers: strangers.count,
      sockets: socketWatch.drops(of: sockets), handshakes: handshakes)
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
    let last = sample()
    drops.tick(last, sendError: path.sendError, log: log)
    report.final(last)
  }

  private static func readable(_ descriptor: Descriptor) -> pollfd {
    pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
  }
}
