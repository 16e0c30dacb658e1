package import Dataplane
package import Handshake
package import Logging

/// Keeps the lanes in keys: begins and answers handshakes, has keys replaced and forgotten, follows the peer
/// where it goes, and notices when it does not answer.
///
/// It has no sockets and no clock of its own: datagrams and the time go in, datagrams go out by `send`.
package struct SessionKeeper {
  /// Something that the log or the report should say, or the device should follow.
  package enum Event: Equatable {
    /// A session is in use. The first of a peer's run, or with another offer than before: `peer` is new.
    case session(Session)
    /// Nothing came since we began, for so many seconds.
    case unheard(seconds: Int)
    case silent(seconds: Int)
    case back
    /// The peer's lane sends from elsewhere now.
    case moved(lane: Int, SocketAddress)
    /// Nobody has the keys of a handshake that seemed to end well.
    case unproven
  }

  /// A session, as the report tells of it.
  package struct Session: Equatable {
    package let peer: Peer
    package let isInitiator: Bool
    package let cipher: Cipher
    package let key: PublicKey
    package let address: SocketAddress
    /// The how manieth it is, from 1.
    package let number: Int
  }

  /// What the trust callback of the handshake looks at.
  private final class Door {
    var trust: PeerTrust
    /// Where `--peer` is; nil where it was not given.
    var configured: SocketAddress?
    var refusal: TrustPolicy.Refusal?

    init(_ trust: PeerTrust, _ configured: SocketAddress?) {
      self.trust = trust
      self.configured = configured
    }
  }

  private let path: any SealedPath
  private let keepalive: Duration?
  private let log: Logger
  private let send: ([UInt8], SocketAddress) -> Void
  private let door: Door

  private var handshaker: Handshaker
  private var book: SessionBook
  private var silence = SilenceWatch()
  /// Where lane 0 of the peer is, as far as we know.
  private(set) var peerAddress: SocketAddress?
  /// Handshakes that ended here, whose keys the peer is not known to hold.
  private var unproven: [UInt32: Establishment] = [:]
  private var sessions = 0
  private var secondsAlone: Int? = 0
  /// The session that a newer one was begun for.
  private var rekeyed: UInt32?
  /// Datagrams sent by the last second, and by the last keep-alive, and when that was.
  private var lastSent: (count: UInt64, quiet: UInt64, since: ContinuousClock.Instant?) =
    (0, 0, nil)
  package private(set) var drops = HandshakeDrops()

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
    self.keepalive = keepalive
    self.log = log
    self.send = send
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
      path.prove(index)
      guard let establishment = unproven.removeValue(forKey: index) else { return [] }
      return [begin(establishment)]
    case .moved(let lane, let address):
      if lane == 0 { peerAddress = address }
      return [.moved(lane: lane, address)]
    }
  }

  /// The peer's name stands for this address now.
  package mutating func resolved(
    _ address: SocketAddress, now: ContinuousClock.Instant
  ) -> [Event] {
    guard address != door.configured else { return [] }
    door.configured = address
    peerAddress = address
    path.connect(to: address)
    return [.moved(lane: 0, address)] + reach(now: now)
  }

  /// ``deadline`` has come.
  package mutating func wake(now: ContinuousClock.Instant) -> [Event] {
    follow(handshaker.tick(now: now), from: peerAddress, now: now) + rekeyIfDue(now: now)
  }

  /// A second has passed; counts are of all datagrams of all lanes since the start.
  ///
  /// - Returns: also whether the peer's name should be resolved again.
  package mutating func tick(
    received: UInt64, sent: UInt64, now: ContinuousClock.Instant
  ) -> (events: [Event], wantsAddress: Bool) {
    var events: [Event] = []
    for index in book.expire(now: now) { path.wipe(index) }
    lastSent.count = sent
    events += rekeyIfDue(now: now)
    if let seconds = secondsAlone {
      secondsAlone = seconds + 1
      if seconds + 1 == Self.patience {
        path.release()
        if peerAddress != nil { events.append(.unheard(seconds: seconds + 1)) }
      }
      return (events, peerAddress != nil && (seconds + 1) % Self.patience == 0)
    }
    keepAlive(sent: sent, now: now)
    let (step, event) = silence.tick(received: received, sent: sent)
    switch event {
    case .silent(let seconds): events.append(.silent(seconds: seconds))
    case .back: events.append(.back)
    case nil: break
    }
    switch step {
    case .probe: path.keepAlive(onAllLanes: false, wantsAnswer: true)
    case .handshake: events += reach(now: now)
    case nil: break
    }
    return (events, step == .handshake)
  }

  // MARK: What is done about it

  private mutating func rekeyIfDue(now: ContinuousClock.Instant) -> [Event] {
    guard book.isRekeyDue(sent: lastSent.count, now: now) else { return [] }
    rekeyed = book.newest?.localIndex
    return reach(now: now)
  }

  /// Begins a handshake, where we know with whom.
  private mutating func reach(now: ContinuousClock.Instant) -> [Event] {
    guard let peerAddress else { return [] }
    return follow(handshaker.initiate(to: peerAddress, now: now), from: peerAddress, now: now)
  }

  private mutating func follow(
    _ actions: [Handshaker.Action], from source: SocketAddress?, now: ContinuousClock.Instant
  ) -> [Event] {
    var events: [Event] = []
    for action in actions {
      switch action {
      case .send(let datagram, let address):
        send(datagram, address)
      case .established(let establishment):
        if let event = install(establishment, now: now) { events.append(event) }
      case .confirm(let index):
        if book.newest?.localIndex == index {
          path.keepAlive(onAllLanes: false, wantsAnswer: false)
        }
      case .unproven(let index):
        unproven[index] = nil
        book.remove(index)
        path.wipe(index)
        events.append(.unproven)
      case .dropped(let drop):
        drops.add(drop, story: story(drop, source), log: log, now: now)
      }
    }
    return events
  }

  /// Gives the lanes new keys. They go to the peer's address first, which is proven now.
  private mutating func install(
    _ establishment: Establishment, now: ContinuousClock.Instant
  ) -> Event? {
    if establishment.address != peerAddress {
      peerAddress = establishment.address
      path.connect(to: establishment.address)
    }
    let keys = establishment.keys
    path.install(keys)
    book.add(
      SessionBook.Entry(
        localIndex: keys.localIndex, isInitiator: establishment.role == .initiator, born: now,
        sentBefore: lastSent.count))
    guard keys.isProven else {
      unproven[keys.localIndex] = establishment
      return nil
    }
    return begin(establishment)
  }

  /// A session is in use: the peer is known to hold its keys.
  private mutating func begin(_ establishment: Establishment) -> Event {
    // Only now is a first key worth keeping: with a pre-shared key, the peer has shown that too.
    _ = door.trust.refusal(
      of: establishment.publicKey, from: establishment.address, peer: door.configured, log: log)
    secondsAlone = nil
    sessions += 1
    let offer = establishment.offer
    return .session(
      Session(
        peer: Peer(
          lanes: Int(offer.lanes), mtu: Int(offer.mtu), session: establishment.keys.localIndex),
        isInitiator: establishment.role == .initiator, cipher: establishment.keys.cipher,
        key: establishment.publicKey, address: establishment.address, number: sessions))
  }

  /// Sends something where nothing was sent for the time that `--keepalive` gives.
  private mutating func keepAlive(sent: UInt64, now: ContinuousClock.Instant) {
    guard let since = lastSent.since, lastSent.quiet == sent else {
      lastSent.quiet = sent
      lastSent.since = now
      return
    }
    guard let keepalive, now - since >= keepalive else { return }
    path.keepAlive(onAllLanes: true, wantsAnswer: false)
  }

  /// What a drop means and what to do; nil where it happens on a healthy path.
  private func story(_ drop: Drop, _ source: SocketAddress?) -> String? {
    let who = source.map { "\($0)" } ?? "the peer"
    switch drop {
    case .malformed, .lowOrderPoint: return "dropped a malformed handshake of \(who)"
    case .version: return "\(who) speaks another version of fastun: update the older side"
    case .rateLimited: return "handshakes of \(who) come too fast: some are not answered"
    case .authentication:
      return "a handshake of \(who) is not authentic: is the pre-shared key the same on both sides?"
    case .ownKey:
      return "\(who) has this host's own identity: give each side one of its own (--identity)"
    case .wrongPeerKey: return door.refusal.map { "refused \(who): \($0)" }
    case .noCommonCipher: return "\(who) has no cipher in common with this side"
    case .cookie, .unknownIndex, .wrongAddress, .tieBreak, .stale: return nil
    }
  }
}
