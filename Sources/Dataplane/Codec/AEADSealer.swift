// Sealing: header in the clear as additional data, records encrypted, a tag behind them.
//
// Theory of operation. A lane has a few session slots. Datagrams go out under the newest session that is
// proven: one whose keys the peer is known to hold. A handshake's responder knows that at once, since it
// installs keys when the initiator's last message came; the initiator goes on under the older session until
// a datagram under the new one has come, and no datagram is lost to a rekey. Inbound, every slot's keys open
// what names them, so that datagrams under way across a rekey arrive; replay windows move after the tag was
// found right, never before. A nonce is the lane and a counter that starts at 0 with fresh keys and only
// grows: none is used twice under one key (docs/SECURITY.md).

/// The sealer of lanes whose datagrams are sealed.
typealias SessionSealer = AEADSealer<DirectionKey>

/// Seals and opens the datagrams of one lane, under keys of the kind `Key`.
@safe
struct AEADSealer<Key: AEAD>: Sealer {
  static var kind: UInt8 { DatagramHeader.Kind.sealed }
  static var tag: Int { Key.tag }

  /// Sessions that a lane holds at once: the current one, the one before, and two that are being set up.
  static var capacity: Int { 4 }

  private struct State {
    /// The slot that datagrams go out under; -1 for none.
    var sending = -1
    /// The slot that the last datagram was opened with, looked at first.
    var receiving = 0
    /// Sessions so far.
    var count = 0
    /// Datagrams lost in sessions that are gone.
    var lostBefore: UInt64 = 0
    /// The peer has just been found to hold the keys of sessions that are marked so.
    var hasNews = false
  }

  private let lane: UInt8
  // SAFETY: columns of the slab, for this lane's walk alone; slots are initialised, and 0..<capacity. Tests put
  // counters where no test can count to.
  let sessions: UnsafeMutablePointer<Session<Key>>
  private let state: UnsafeMutablePointer<State>

  private static var slotSize: Int { Slab.rounded(Session<Key>.footprint) }
  private static var column: Int { Slab.rounded(capacity * MemoryLayout<Session<Key>>.stride) }
  static var footprint: Int { column + 128 + capacity * slotSize }

  init(lane: Int, memory: Bytes) {
    precondition(memory.count >= Self.footprint && MemoryLayout<State>.size <= 128)
    self.lane = UInt8(lane)
    unsafe sessions = memory.base.assumingMemoryBound(to: Session<Key>.self)
    unsafe state = memory.dropFirst(Self.column).base.assumingMemoryBound(to: State.self)
    unsafe state.initialize(to: State())
    for slot in 0..<Self.capacity {
      let room = memory.slice(Self.column + 128 + slot * Self.slotSize, Self.slotSize)
      unsafe (sessions + slot).initialize(to: Session<Key>(room))
    }
  }

  // MARK: Outbound

  var isReady: Bool {
    let sending = unsafe state.pointee.sending
    return unsafe sending >= 0 && sessions[sending].hasCounters
  }

  func begin(_ header: Bytes) {
    let sending = unsafe state.pointee.sending
    // The last defence of the nonce: a session, and a counter below the stop.
    precondition(sending >= 0 && (unsafe sessions[sending].counter < Session<Key>.hardStop))
    unsafe DatagramHeader.write(
      header, kind: Self.kind, lane: lane, session: sessions[sending].remoteIndex,
      counter: sessions[sending].counter)
    unsafe sessions[sending].counter &+= 1
  }

  func seal(_ records: Bytes, into datagram: Bytes) {
    let header = datagram.slice(0, DatagramHeader.size)
    let sending = unsafe state.pointee.sending
    // The nonce is the one that `begin` took last, under the key that it took it from: none serves twice,
    // whatever becomes of sessions in between.
    let counter = unsafe sessions[sending].counter &- 1
    precondition(
      header.le64(8) == counter && (unsafe header.le32(4) == sessions[sending].remoteIndex))
    let nonce = Nonce(lane: UInt32(lane), counter: counter)
    unsafe sessions[sending].sealing.seal(
      records, into: datagram.dropFirst(DatagramHeader.size), nonce: nonce, additional: header)
  }

  // MARK: Inbound

  func open(
    _ datagram: Bytes, _ header: DatagramHeader, into scratch: Bytes?, verdict: inout Counter
  ) -> Bytes? {
    guard datagram.count >= DatagramHeader.size &+ Self.tag else {
      verdict = .dropTruncated
      return nil
    }
    let slot = find(header.session)
    guard slot >= 0 else {
      verdict = .dropUnknownSession
      return nil
    }
    let sealed = datagram.dropFirst(DatagramHeader.size)
    let records = (scratch ?? sealed).slice(0, sealed.count &- Self.tag)
    let isAuthentic = unsafe sessions[slot].opening.open(
      sealed, into: records, nonce: Nonce(lane: UInt32(lane), counter: header.counter),
      additional: datagram.slice(0, DatagramHeader.size))
    guard isAuthentic else {
      verdict = .dropAuthentication
      return nil
    }
    guard unsafe sessions[slot].window.take(header.counter) else {
      verdict = .dropReplayed
      return nil
    }
    if unsafe !sessions[slot].isProven { noteProof(slot) }
    return records
  }

  /// The slot of the session of that index; -1 for none.
  private func find(_ index: UInt32) -> Int {
    let last = unsafe state.pointee.receiving
    if unsafe sessions[last].localIndex == index, index != 0 { return last }
    return search(index)
  }

  @inline(never)
  private func search(_ index: UInt32) -> Int {
    guard index != 0 else { return -1 }
    for slot in 0..<Self.capacity where unsafe sessions[slot].localIndex == index {
      unsafe state.pointee.receiving = slot
      return slot
    }
    return -1
  }

  var lost: UInt64 {
    var sum = unsafe state.pointee.lostBefore
    for slot in 0..<Self.capacity where unsafe !sessions[slot].isFree {
      unsafe sum &+= sessions[slot].window.lost
    }
    return sum
  }

  // MARK: Sessions

  @inline(never)
  private func noteProof(_ slot: Int) {
    unsafe sessions[slot].isProven = true
    unsafe sessions[slot].isNews = true
    unsafe state.pointee.hasNews = true
  }

  var isUnsettled: Bool { unsafe state.pointee.hasNews }

  func settle() -> UInt32 {
    choose()
    for slot in 0..<Self.capacity where unsafe sessions[slot].isNews {
      unsafe sessions[slot].isNews = false
      return unsafe sessions[slot].localIndex
    }
    unsafe state.pointee.hasNews = false
    return 0
  }

  func install(_ keys: SessionKeys) {
    let slot = freeSlot()
    unsafe state.pointee.count += 1
    unsafe sessions[slot].begin(keys, number: state.pointee.count)
    choose()
  }

  func prove(_ index: UInt32) {
    let slot = search(index)
    if slot >= 0 { unsafe sessions[slot].isProven = true }
    choose()
  }

  func wipe(_ index: UInt32?) {
    for slot in 0..<Self.capacity where unsafe !sessions[slot].isFree {
      if let index, unsafe sessions[slot].localIndex != index { continue }
      end(slot)
    }
    choose()
  }

  func isAhead(_ header: DatagramHeader) -> Bool {
    let slot = search(header.session)
    guard slot >= 0 else { return false }
    // Keys that the peer may not have yet do not make those it sends under old.
    let isNewest = (0..<Self.capacity).allSatisfy {
      unsafe !sessions[$0].isProven || sessions[$0].number <= sessions[slot].number
    }
    return unsafe isNewest && header.counter >= sessions[slot].window.next
  }

  /// Goes on under the newest proven session.
  private func choose() {
    var best = -1
    for slot in 0..<Self.capacity where unsafe sessions[slot].isProven {
      if unsafe best < 0 || sessions[slot].number > sessions[best].number { best = slot }
    }
    unsafe state.pointee.sending = best
  }

  /// A free slot; where there is none, that of the oldest session not sent under.
  private func freeSlot() -> Int {
    var oldest = -1
    for slot in 0..<Self.capacity {
      if unsafe sessions[slot].isFree { return slot }
      guard unsafe slot != state.pointee.sending else { continue }
      if unsafe oldest < 0 || sessions[slot].number < sessions[oldest].number { oldest = slot }
    }
    end(oldest)
    return oldest
  }

  private func end(_ slot: Int) {
    unsafe state.pointee.lostBefore &+= sessions[slot].window.lost
    unsafe sessions[slot].wipe()
  }
}
