internal import CFastun
import Glibc
import Synchronization

/// The door of the data path: lanes are started, asked for their counters, and stopped here.
package final class Forwarder: Sendable {
  /// What the peer said of itself in its greeting.
  package struct Greeting: Sendable, Equatable {
    /// Lanes it runs.
    package let lanes: Int
    /// Its device's MTU in bytes.
    package let mtu: Int
    /// Its session: another one means that it was restarted.
    package let session: UInt32
  }

  private let probe: EngineProbe
  private let starts: [LaneStart]
  private let switchboard: Switchboard
  private let threads = Mutex<[LaneThread]>([])

  /// Probes the engine; lanes do not run yet.
  ///
  /// - Throws: where the plan asks for io_uring and the kernel refuses it.
  ///
  /// - Parameter clearSession: ours where packets travel in the clear; nil: they are sealed, and none is
  ///   sent before ``install(_:)``.
  package init(
    plan: Plan, lanes: [LaneFiles], clearSession: UInt32?
  ) throws(SystemError) {
    precondition(!lanes.isEmpty && lanes.count <= 255)
    probe = try EngineProbe(plan.engine)
    switchboard = try Switchboard()
    var starts: [LaneStart] = []
    for (index, files) in lanes.enumerated() {
      starts.append(
        LaneStart(
          plan: plan, files: files, mailbox: try Mailbox(), counters: Counters(),
          switchboard: switchboard, engine: probe.engine, index: index, lanes: lanes.count,
          clearSession: clearSession))
    }
    self.starts = starts
  }

  deinit {
    stop()
    for start in starts { start.counters.deallocate() }
  }

  /// Bytes of buffers that all lanes allocate at start, and the sum that leads there, for the log.
  package var memory: (bytes: Int, story: String) {
    let terms = LaneMemory.budget.map { "\($0.what) \($0.bytes / 1024) KiB" }
    return (
      LaneMemory.budgetBytes * starts.count,
      "\(starts.count) x (" + terms.joined(separator: " + ") + ")"
    )
  }

  /// Readable (an eventfd) when ``greeting`` or ``failure`` changed, or ``takeNews()`` has something; read 8 bytes
  /// to clear it.
  package var notices: Descriptor { switchboard.notices }

  /// The engine of the lanes: `.uring` or `.poll`, never `.auto`; settled once ``start()`` has returned.
  package var engine: Plan.EngineChoice {
    switchboard.beginnings.polling < starts.count ? probe.engine : .poll
  }

  /// What was degraded and why, a line each, for the log.
  package var notes: [String] {
    let (_, polling, reason) = switchboard.beginnings
    guard let reason else { return probe.notes }
    let memory = reason.code == ENOMEM ? "; raise the limit of locked memory (ulimit -l)" : ""
    return probe.notes + [
      "\(polling) of \(starts.count) lanes use the poll engine: no io_uring (\(reason))\(memory)"
    ]
  }

  /// Starts one thread per lane, with every signal blocked on it, and returns once each has its engine.
  ///
  /// - Throws: where a thread could not be started, or a lane failed by then.
  package func start() throws(SystemError) {
    for start in starts {
      let thread = try LaneThread(start)
      threads.withLock { $0.append(thread) }
    }
    let deadline = ContinuousClock.now + .seconds(10)
    while switchboard.beginnings.lanes < starts.count, ContinuousClock.now < deadline {
      if let failure { throw failure }
      switchboard.awaitHeed(milliseconds: 10)
    }
  }

  /// Stops every lane after its in-flight work and joins the threads. Idempotent.
  package func stop() {
    switchboard.stop.store(true, ordering: .releasing)
    for start in starts { start.mailbox.ring() }
    let running = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in running { thread.join() }
  }

  // MARK: In the clear

  /// Asks lane 0 to greet the peer before its next turn ends (also when it is idle).
  package func greet() { starts[0].mailbox.post(.greet) }

  /// The peer's newest greeting; nil until one came.
  package var greeting: Greeting? {
    let packed = switchboard.greeting.load(ordering: .acquiring)
    guard packed != 0 else { return nil }
    return Greeting(
      lanes: Int(packed >> 8 & 0xff), mtu: Int(packed >> 16 & 0xffff),
      session: UInt32(truncatingIfNeeded: packed >> 32))
  }

  // MARK: Sealed

  /// Gives the keys of a handshake to every lane, and returns once all of them open datagrams under them
  /// (after a second at most, where a lane hangs).
  package func install(_ keys: SessionKeys) {
    for start in starts { start.mailbox.post(.install(keys)) }
    let deadline = ContinuousClock.now + .seconds(1)
    while !starts.allSatisfy(\.mailbox.isDone), ContinuousClock.now < deadline {
      switchboard.awaitHeed(milliseconds: 10)
    }
  }

  /// The peer holds the keys of this session: every lane sends under it.
  package func prove(_ localIndex: UInt32) {
    for start in starts { start.mailbox.post(.prove(localIndex)) }
  }

  /// Every lane forgets the keys of this session; of all where it is nil.
  package func wipe(_ localIndex: UInt32?) {
    for start in starts { start.mailbox.post(.wipe(localIndex)) }
  }

  /// The peer is not there: what the device has kept for the first session is not worth keeping.
  package func release() {
    for start in starts { start.mailbox.post(.release) }
  }

  /// Asks a lane for a keep-alive, which goes out where there is a session by then.
  package func keepAlive(lane: Int, wantsAnswer: Bool) {
    starts[lane].mailbox.post(.keepAlive(wantsAnswer: wantsAnswer))
  }

  /// The peer is at this address: lane i sends to the i-th port from it.
  package func connect(to peer: SocketAddress) {
    for (lane, start) in starts.enumerated() where Int(peer.port) + lane <= 65_535 {
      start.mailbox.post(.connect(peer.lane(lane)))
    }
  }

  /// Has the kernel choose anew which address of this host the lanes' datagrams come from.
  package func reconnect() {
    for start in starts { start.mailbox.post(.reconnect) }
  }

  /// Hands a lane a datagram that came from another address than its peer's; false where it is too busy.
  package func take(_ datagram: [UInt8], from source: SocketAddress, lane: Int) -> Bool {
    starts[lane].mailbox.post(.take(datagram, from: source))
  }

  /// What the lanes have to tell, in order; taken once.
  package func takeNews() -> [LaneNews] { switchboard.take() }

  /// Handshakes that came too fast to be looked at.
  package var newsOverflow: UInt64 { switchboard.overflow.load(ordering: .relaxed) }

  /// Why a lane stopped by itself; nil while all run.
  package var failure: SystemError? {
    let packed = switchboard.failure.load(ordering: .acquiring)
    guard packed != 0 else { return nil }
    return SystemError("lane \(packed >> 32)", code: Int32(truncatingIfNeeded: packed))
  }

  /// Why a lane could not send datagrams last; nil where all could.
  package var sendError: SystemError? {
    let code = starts.lazy.map(\.counters.sendError).first { $0 != 0 }
    return code.map { SystemError("sendmsg", code: $0) }
  }

  /// One lane's counters as they are now; exact once ``stop()`` has returned.
  package func counters(lane: Int) -> [Counter: UInt64] {
    var values: [Counter: UInt64] = [:]
    for counter in Counter.allCases { values[counter] = starts[lane].counters[counter] }
    return values
  }
}
