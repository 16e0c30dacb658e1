import Synchronization

/// One lane: a queue of the device, a socket to the peer, and the walk between them in both directions.
///
/// Owned by one thread. A turn waits for input, walks all of it, and ends by sending and writing what is
/// open: batches come from load, so an idle lane adds no delay.
struct Lane<E: Engine & ~Copyable, S: Sealer>: ~Copyable {
  private var engine: E
  private var outbound: Outbound<S>
  private var inbound: Inbound<S>
  private let sealer: S
  private let memory: LaneMemory
  private let counters: Counters
  private let switchboard: Switchboard
  private let mailbox: Mailbox
  private let index: Int
  private let lanes: Int
  private let mtu: Int
  private let choosesSource: Bool
  private var isStopping = false
  /// The peer has greeted (in the clear).
  private var hasGreeted = false
  /// Where the peer's lane is to be, once the socket was connected anew.
  private var remote: SocketAddress?

  init(
    _ engine: consuming E, sealer: S, plan: Plan, memory: LaneMemory, counters: Counters,
    switchboard: Switchboard, mailbox: Mailbox, index: Int, lanes: Int,
    choosesSource: Bool
  ) {
    self.engine = engine
    self.engine.outputs.isHeld = !sealer.isReady
    self.sealer = sealer
    self.memory = memory
    self.counters = counters
    self.switchboard = switchboard
    self.mailbox = mailbox
    self.index = index
    self.lanes = lanes
    self.choosesSource = choosesSource
    mtu = plan.mtu
    outbound = Outbound(plan, memory: memory, counters: counters, sealer: sealer)
    inbound = Inbound(
      plan, memory: memory, counters: counters, lane: index, sealer: sealer,
      switchboard: switchboard)
  }

  /// Turns until told to stop, or until the engine fails.
  mutating func run() {
    while !isStopping, engine.failure == 0 { turn() }
    engine.finish()
    sealer.wipe(nil)
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
        // The device has run dry: what it gave is not to wait for what the peer sent.
        outbound.endTrain(&engine)
        inbound.take(buffer, length: length, segment: segment, &engine)
        engine.release(buffer: buffer)
      case .wake:
        heed()
      }
    }
    inbound.flush(&engine)
    if inbound.hasWord { hear() }
    outbound.flush(&engine)
    if sealer.isUnsettled { settle() }
    if engine.outputs.isHeld, sealer.isReady { engine.outputs.isHeld = false }
  }

  /// The control side rang: stop, or do what it asks.
  @inline(never)
  private mutating func heed() {
    if switchboard.stop.load(ordering: .acquiring) { isStopping = true }
    let commands = mailbox.take()
    guard !commands.isEmpty else { return }
    for command in commands {
      // Sessions change only while no datagram is open.
      outbound.flush(&engine)
      perform(command)
    }
    outbound.flush(&engine)
    mailbox.finish(commands.count)
    switchboard.heeded.ring()
  }

  private mutating func perform(_ command: LaneCommand) {
    switch command {
    case .install(let keys):
      sealer.install(keys)
    case .prove(let index):
      sealer.prove(index)
    case .wipe(let index):
      sealer.wipe(index)
    case .release:
      engine.outputs.isHeld = false
    case .greet:
      outbound.greet(
        lanes: lanes, mtu: mtu, wantsAnswer: !isStopping && !hasGreeted, &engine)
    case .keepAlive(let wantsAnswer):
      outbound.keepAlive(wantsAnswer: wantsAnswer, &engine)
    case .connect(let address):
      connect(to: address)
      if index == 0 { switchboard.tell(.connected(address)) }
    case .reconnect:
      if let remote = remote ?? SocketAddress.peer(of: engine.outputs.socket) {
        connect(to: remote)
      }
    case .take(let datagram, let source):
      take(datagram, from: source)
    }
  }

  private mutating func connect(to address: SocketAddress) {
    // Kept, since the socket stays where it is while no route leads there.
    remote = address
    LaneSocket.connect(engine.outputs.socket, to: address, choosesSource: choosesSource)
  }

  /// The peer turned out to hold a session's keys.
  @inline(never)
  private mutating func settle() {
    while case let index = sealer.settle(), index != 0 { switchboard.tell(.proven(index)) }
  }

  /// A datagram came to this lane from an address that is not the peer's. Where it is authentic and newer
  /// than all before, the peer has moved, and we follow.
  private mutating func take(_ datagram: [UInt8], from source: SocketAddress) {
    // What is open may hold all the buffers; nothing else does between turns.
    inbound.flush(&engine)
    guard let buffer = memory.freeReceives.pop() else { return }
    memory.buffers.hold(buffer)
    let target = memory.buffers[buffer].slice(0, datagram.count)
    target.fill(datagram)
    var verdict = Counter.dropTruncated
    let header = DatagramHeader.read(target, kind: S.kind, lane: UInt8(index), verdict: &verdict)
    let isAhead = header.map { sealer.isAhead($0) } ?? false
    let before = counters[.datagramsReceived]
    inbound.take(buffer, length: datagram.count, segment: 0, &engine)
    engine.release(buffer: buffer)
    guard isAhead, counters[.datagramsReceived] > before else { return }
    let known = remote ?? SocketAddress.peer(of: engine.outputs.socket)
    // Also where it did not move: then it was our own address that changed under the socket.
    connect(to: source)
    if source != known { switchboard.tell(.moved(lane: index, source)) }
  }

  /// The peer spoke of itself, or wants an answer.
  @inline(never)
  private mutating func hear() {
    if let greeting = inbound.greeting {
      hasGreeted = true
      switchboard.hear(session: greeting.session, lanes: greeting.lanes, mtu: greeting.mtu)
    }
    inbound.greeting = nil
    if inbound.wantsGreeting {
      inbound.wantsGreeting = false
      outbound.greet(lanes: lanes, mtu: mtu, wantsAnswer: false, &engine)
    }
    if inbound.wantsKeepAlive {
      inbound.wantsKeepAlive = false
      switchboard.tell(.asked)
    }
  }
}
