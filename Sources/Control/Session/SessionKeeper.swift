package import Dataplane
package import Handshake
package import Logging

/// Keeps the lanes in keys: begins and answers handshakes, has keys replaced and forgotten, follows the peer
/// where it goes, and notices when it does not answer.
///
/// It has no sockets and no clock of its own: datagrams and the time go in, datagrams go out by `send`.
package struct SessionKeeper {
  /// What the trust callback of the handshake looks at.
  final class Door {
    var trust: PeerTrust
    /// Where `--peer` is; nil where it was not given.
    var configured: SocketAddress?
    var refusal: TrustPolicy.Refusal?

    init(_ trust: PeerTrust, _ configured: SocketAddress?) {
      self.trust = trust
      self.configured = configured
    }
  }

  let path: any SealedPath
  let lanes: Int
  let log: Logger
  let send: ([UInt8], SocketAddress) -> Void
  let door: Door

  private var handshaker: Handshaker
  var book: SessionBook
  private var silence = SilenceWatch()
  private var keepAlives: KeepAliveTimer?
  /// Where lane 0 of the peer is, as far as we know.
  var peerAddress: SocketAddress?
  /// Where it was last seen to be.
  var provenAddress: SocketAddress?
  /// A lane of the peer moved, and others may have that it has not sent on since: it is asked on that lane
  /// at the next second, whereupon each says where it is.
  private var movedLane: Int?
  /// Handshakes that ended here, whose keys the peer is not known to hold.
  var unproven: [UInt32: Establishment] = [:]
  /// Lanes that both sides have; 0 before the first session.
  var commonLanes = 0
  var sessions = 0
  /// Seconds without a session since the start; nil: there was one.
  var secondsAlone: Int? = 0
  /// The session that a newer one was begun for.
  private var rekeyed: UInt32?
  /// Datagrams of all lanes as of the last second, and of handshakes that we began.
  var sent: UInt64 = 0
  private var attempts: UInt64 = 0
  package internal(set) var drops = HandshakeDrops()

  static let patience = 5

  /// - Parameters:
  ///   - peer: where `--peer` is; nil: we await it.
  ///   - offer: what we tell the peer of ourselves.
  ///   - send: sends a datagram from lane 0's port.
  package init(
    path: any SealedPath, credentials: Credentials, peer: SocketAddress?, offer: Offer,
    rekey: Duration, keepalive: Duration?, log: Logger,
    send: @escaping ([UInt8], SocketAddress) -> Void
  ) {
    self.path = path
    self.log = log
    self.send = send
    lanes = Int(offer.lanes)
    keepAlives = keepalive.map {
      KeepAliveTimer(seconds: Int($0.components.seconds), lanes: Int(offer.lanes))
    }
    peerAddress = peer
    book = SessionBook(rekeyInterval: rekey)
    let door = Door(credentials.trust, peer)
    self.door = door
    handshaker = Handshaker(
      Handshaker.Configuration(
        identity: credentials.identity, psk: credentials.presharedKey, offer: offer
      ) { key, source in
        door.refusal = door.trust.verdict(of: key, from: source, peer: door.configured)
        return door.refusal == nil ? .trusted : .refused
      })
  }

  /// When ``wake(now:)`` is due; nil: not before something else happens.
  package var deadline: ContinuousClock.Instant? {
    let isBegun = book.newest?.localIndex == rekeyed
    return [handshaker.nextDeadline, isBegun ? nil : book.rekeyTime].compactMap(\.self).min()
  }

  /// Whether data under this index is ours to open.
  package func owns(_ index: UInt32) -> Bool { book.contains(index) }

  // MARK: What happens

  package mutating func start(now: ContinuousClock.Instant) -> [Event] { reach(now: now) }

  /// A datagram of a handshake came, from the peer's address where `source` is nil.
  package mutating func hear(
    _ datagram: [UInt8], from source: SocketAddress?, now: ContinuousClock.Instant
  ) -> [Event] {
    guard let address = source ?? peerAddress else { return [] }
    return follow(
      handshaker.receive(datagram, from: address, isProven: address == peerAddress, now: now),
      from: address, now: now)
  }

  /// A lane has news.
  package mutating func hear(_ news: LaneNews, now: ContinuousClock.Instant) -> [Event] {
    switch news {
    case .handshake(let datagram):
      return hear(datagram, from: nil, now: now)
    case .proven(let index):
      handshaker.proven(localIndex: index)
      // Each lane tells that sees it before it is told.
      guard let establishment = unproven.removeValue(forKey: index) else { return [] }
      guard admits(establishment, now: now) else {
        book.remove(index)
        path.wipe(index)
        return []
      }
      path.prove(index)
      return [begin(establishment)]
    case .moved(let lane, let address):
      if lane == 0 {
        peerAddress = address
        provenAddress = address
      }
      movedLane = lane
      return [.moved(lane: lane, address)]
    case .connected(let address):
      // The peer may have moved meanwhile; what the lane did last is what holds.
      peerAddress = address
      return []
    case .asked:
      announce()
      return []
    }
  }

  /// The peer's name stands for this address now.
  package mutating func resolved(
    _ address: SocketAddress, now: ContinuousClock.Instant
  ) -> [Event] {
    guard address != door.configured else { return [] }
    door.configured = address
    // The answer may have taken its time, and the peer be back.
    guard secondsAlone != nil || silence.isLost else { return [] }
    peerAddress = address
    path.connect(to: address)
    return [.moved(lane: 0, address)] + reach(now: now)
  }

  /// ``deadline`` has come.
  package mutating func wake(now: ContinuousClock.Instant) -> [Event] {
    attempt(handshaker.tick(now: now), now: now) + rekeyIfDue(now: now)
  }

  /// A second has passed; counts are of datagrams since the start.
  ///
  /// - Parameters:
  ///   - received: of all lanes together.
  ///   - sent: of lane i at i.
  /// - Returns: also whether the peer's name should be resolved again.
  package mutating func tick(
    received: UInt64, sent: [UInt64], now: ContinuousClock.Instant
  ) -> (events: [Event], wantsAddress: Bool) {
    self.sent = sent.reduce(0, &+)
    expire(now: now)
    var events = rekeyIfDue(now: now)
    if let movedLane { path.keepAlive(lane: movedLane, wantsAnswer: true) }
    movedLane = nil
    if let seconds = secondsAlone {
      secondsAlone = seconds + 1
      guard (seconds + 1) % Self.patience == 0 else { return (events, false) }
      if seconds + 1 == Self.patience {
        path.release()
        if peerAddress != nil { events.append(.unheard(seconds: seconds + 1)) }
      }
      return (events + reach(now: now), peerAddress != nil)
    }
    for lane in 0..<commonLanes where keepAlives?.tick(lane: lane, sent: sent[lane]) == true {
      path.keepAlive(lane: lane, wantsAnswer: false)
    }
    let (step, event) = silence.tick(received: received, sent: self.sent &+ attempts)
    switch event {
    case .silent(let seconds): events.append(.silent(seconds: seconds))
    case .back: events.append(.back)
    case nil: break
    }
    switch step {
    case .probe:
      path.keepAlive(lane: 0, wantsAnswer: true)
      return (events, false)
    case .look(let attempt): return (events + look(attempt: attempt, now: now), true)
    case nil: return (events, false)
    }
  }

  // MARK: What is done about it

  private mutating func rekeyIfDue(now: ContinuousClock.Instant) -> [Event] {
    guard book.isRekeyDue(sent: sent, now: now) else { return [] }
    rekeyed = book.newest?.localIndex
    return reach(now: now)
  }

  /// Begins a handshake, where we know with whom.
  private mutating func reach(now: ContinuousClock.Instant) -> [Event] {
    // A peer that comes to us is not called after once its last session is over.
    guard let peerAddress, door.configured != nil || book.newest != nil else { return [] }
    return attempt(handshaker.initiate(to: peerAddress, now: now), now: now)
  }

  /// Looks for a peer that does not answer: where it was last and, from the second time on, in turns with
  /// that, where `--peer` is.
  private mutating func look(attempt: Int, now: ContinuousClock.Instant) -> [Event] {
    // It may be our own address that is not what it was.
    path.reconnect()
    if let configured = door.configured, let provenAddress {
      let address = attempt % 2 == 0 ? provenAddress : configured
      if address != peerAddress {
        peerAddress = address
        path.connect(to: address)
      }
    }
    return reach(now: now)
  }

  /// Forgets keys that are too old.
  private mutating func expire(now: ContinuousClock.Instant) {
    for index in book.expire(now: now) {
      unproven[index] = nil
      path.wipe(index)
    }
    if book.newest == nil, door.configured == nil { handshaker.cancel() }
  }

  /// What comes of a handshake of ours.
  private mutating func attempt(
    _ actions: [Handshaker.Action], now: ContinuousClock.Instant
  ) -> [Event] {
    for case .send in actions { attempts += 1 }
    return follow(actions, from: peerAddress, now: now)
  }
}
