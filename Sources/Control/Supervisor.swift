import CFastun
package import Dataplane
import Glibc
package import Logging

/// The control thread while the lanes run: waits for signals, seconds and the peer's greetings; attaches
/// queues as the peer has lanes for them; counts strangers; reports.
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
  private var sends = SendWatch()
  private var strangers: StrangerWatch
  private var activeQueues = 1
  private var last: (sample: Sample, time: ContinuousClock.Instant)

  /// - Parameters:
  ///   - path: the lanes, started.
  ///   - lanes: how many.
  ///   - sockets: of the lanes, for their strangers; may be fewer.
  ///   - mtu: our device's.
  package init(
    path: any DataPath, lanes: Int, sockets: [LaneSocket], mtu: Int, signals: Signals,
    report: Report, log: Logger, attach: @escaping Attach
  ) {
    self.path = path
    self.lanes = lanes
    self.sockets = sockets
    self.mtu = mtu
    self.signals = signals
    self.report = report
    self.log = log
    self.attach = attach
    strangers = StrangerWatch(lanes: sockets.count)
    let start = Sample(lanes: (0..<lanes).map { path.counters(lane: $0) }, strangers: 0)
    last = (start, .now)
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
    var waiting = [signals.descriptor, second.descriptor, path.notices].map(Self.readable)
    if let interval { waiting.append(Self.readable(interval.descriptor)) }
    path.greet()
    takeNotice()
    while true {
      guard poll(&waiting, nfds_t(waiting.count), -1) >= 0 || errno == EINTR else {
        throw SetupError(SystemError.last("poll"))
      }
      if let signal = signals.take() {
        log.info("stopping: \(signal == SIGINT ? "SIGINT" : "SIGTERM")")
        return
      }
      if readCount(path.notices) > 0 { takeNotice() }
      if let failure = path.failure { throw .lanes(failure, engine: .auto) }
      if second.take() > 0 { tick() }
      if let interval, interval.take() > 0 { reportInterval() }
    }
  }

  // MARK: The peer

  private mutating func takeNotice() {
    var events: [PeerWatch.Event] = []
    if watch.notice(path.peer, &events) { path.greet() }
    for event in events { follow(event) }
  }

  private mutating func tick() {
    drainStrangers()
    let now = sample()
    var events: [PeerWatch.Event] = []
    if watch.tick(received: now[.datagramsReceived], &events) { path.greet() }
    for event in events { follow(event) }
    if let errors = sends.tick(errors: now[.dropSendError]) {
      log.warning(
        """
        \(errors) datagrams could not be sent: if the path's MTU has shrunk, start fastun again, or \
        with a smaller --mtu on both sides
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
      if peer.mtu != mtu {
        log.warning("the peer's MTU is \(peer.mtu), ours \(mtu): give both sides the same --mtu")
      }
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
    Sample(lanes: (0..<lanes).map { path.counters(lane: $0) }, strangers: strangers.count)
  }

  /// Looked at now and then only: a flood of strangers must not cost the lanes their CPU, and datagrams
  /// that find no room meanwhile are counted by the kernel.
  private mutating func drainStrangers() {
    for lane in sockets.indices { strangers.drain(sockets[lane], lane: lane, log: log) }
  }

  private mutating func reportInterval() {
    drainStrangers()
    let now = ContinuousClock.now
    let new = sample()
    let parts = (now - last.time).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    report.statistics(Interval(from: last.sample, to: new, seconds: max(seconds, 1e-3)))
    last = (new, now)
  }

  private mutating func finish() {
    signals.release()
    path.stop()
    drainStrangers()
    report.final(sample())
  }

  private static func readable(_ descriptor: Descriptor) -> pollfd {
    pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
  }
}
