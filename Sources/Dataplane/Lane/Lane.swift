import Synchronization

/// One lane: a queue of the device, a socket to the peer, and the walk between them in both directions.
///
/// Owned by one thread. A turn waits for input, walks all of it, and ends by sending and writing what is
/// open: batches come from load, so an idle lane adds no delay.
struct Lane<E: Engine & ~Copyable, S: Sealer>: ~Copyable {
  private var engine: E
  private var outbound: Outbound<S>
  private var inbound: Inbound<S>
  private let switchboard: Switchboard
  private let index: Int
  private let lanes: Int
  private let mtu: Int
  private var isStopping = false

  init(
    _ engine: consuming E, sealer: S, plan: Plan, memory: LaneMemory, counters: Counters,
    switchboard: Switchboard, index: Int, lanes: Int, session: UInt32
  ) {
    self.engine = engine
    self.switchboard = switchboard
    self.index = index
    self.lanes = lanes
    mtu = plan.mtu
    outbound = Outbound(
      plan, memory: memory, counters: counters, lane: index, session: session, sealer: sealer)
    inbound = Inbound(plan, memory: memory, counters: counters, lane: index, sealer: sealer)
  }

  /// Turns until told to stop, or until the engine fails.
  mutating func run() {
    while !isStopping, engine.failure == 0 { turn() }
    engine.finish()
    if engine.failure != 0 { switchboard.fail(lane: index, code: engine.failure) }
  }

  /// One turn: wait, walk the input, send and write what is open.
  ///
  /// Never inlined into `run` and what surrounds it, so that perf/codegen.sh can tell its code from theirs.
  @inline(never)
  private mutating func turn() {
    engine.wait()
    while let event = engine.next() {
      switch event {
      case .frame(let frame, let length):
        outbound.take(frame, length: length, &engine)
        engine.release(frame: frame)
      case .datagrams(let buffer, let length, let segment):
        inbound.take(buffer, length: length, segment: segment, &engine)
        engine.release(buffer: buffer)
      case .wake:
        heed()
      }
    }
    inbound.flush(&engine)
    if inbound.greeting != nil { hear() }
    outbound.flush(&engine)
  }

  /// The control side rang: stop, or greet.
  @inline(never)
  private mutating func heed() {
    if switchboard.stop.load(ordering: .acquiring) { isStopping = true }
    if index == 0, switchboard.greet.exchange(false, ordering: .acquiringAndReleasing) {
      outbound.greet(
        lanes: lanes, mtu: mtu, wantsAnswer: !isStopping && inbound.session == nil, &engine)
    }
  }

  /// The peer greeted: leave word for the control side, and answer where it asked.
  @inline(never)
  private mutating func hear() {
    if let greeting = inbound.greeting, let session = inbound.session {
      switchboard.hear(session: session, lanes: greeting.lanes, mtu: greeting.mtu)
    }
    inbound.greeting = nil
    if inbound.wantsAnswer {
      inbound.wantsAnswer = false
      outbound.greet(lanes: lanes, mtu: mtu, wantsAnswer: false, &engine)
    }
  }
}
