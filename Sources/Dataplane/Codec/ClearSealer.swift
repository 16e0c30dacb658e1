/// No sealing: records travel in the clear, copied where a sealer would encrypt them.
///
/// The peer's session is believed, so it stands for no more than that a restarted peer counts from 0.
@safe
struct ClearSealer: Sealer {
  static let kind = DatagramHeader.Kind.clear
  static let tag = 0

  private struct State {
    /// The counter of the next datagram.
    var counter: UInt64 = 0
    var window: ReplayWindow
    /// The peer's session, and the one before it, whose stragglers are dropped.
    var session: UInt32?
    var staleSession: UInt32?
    /// Datagrams lost in the peer's earlier sessions.
    var lostBefore: UInt64 = 0
  }

  /// Ours, as our headers state it.
  private let session: UInt32
  private let lane: UInt8
  // SAFETY: one value in the slab, for this lane's walk alone.
  private let state: UnsafeMutablePointer<State>

  static let footprint = ReplayWindow.footprint + 256

  init(lane: Int, session: UInt32, memory: Bytes) {
    precondition(memory.count >= Self.footprint && MemoryLayout<State>.size <= 256)
    self.lane = UInt8(lane)
    self.session = session
    unsafe state = memory.dropFirst(ReplayWindow.footprint).base
      .assumingMemoryBound(to: State.self)
    unsafe state.initialize(
      to: State(window: ReplayWindow(memory.slice(0, ReplayWindow.footprint))))
  }

  // MARK: Outbound

  var isReady: Bool { true }

  func begin(_ header: Bytes) {
    unsafe DatagramHeader.write(
      header, kind: Self.kind, lane: lane, session: session, counter: state.pointee.counter)
    unsafe state.pointee.counter &+= 1
  }

  func seal(_ records: Bytes, into datagram: Bytes) {
    let place = datagram.slice(DatagramHeader.size, records.count)
    if unsafe place.base != records.base { place.copy(records, to: 0) }
  }

  // MARK: Inbound

  func open(
    _ datagram: Bytes, _ header: DatagramHeader, into scratch: Bytes?, verdict: inout Counter
  ) -> Bytes? {
    // SAFETY: the state is initialised, and this lane's alone.
    if unsafe header.session != state.pointee.session, !start(header.session) {
      verdict = .dropStaleSession
      return nil
    }
    guard unsafe state.pointee.window.take(header.counter) else {
      verdict = .dropReplayed
      return nil
    }
    let records = datagram.dropFirst(DatagramHeader.size)
    guard let scratch else { return records }
    scratch.copy(records, to: 0)
    return scratch.slice(0, records.count)
  }

  var lost: UInt64 { unsafe state.pointee.lostBefore &+ state.pointee.window.lost }

  /// Starts the peer's new session; false where it is the one before.
  @inline(never)
  private func start(_ session: UInt32) -> Bool {
    guard unsafe session != state.pointee.staleSession else { return false }
    unsafe state.pointee.staleSession = state.pointee.session
    unsafe state.pointee.session = session
    unsafe state.pointee.lostBefore &+= state.pointee.window.lost
    unsafe state.pointee.window.reset()
    return true
  }
}
