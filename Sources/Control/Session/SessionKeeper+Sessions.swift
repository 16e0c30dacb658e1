import Dataplane
import Handshake

// What comes of handshakes: keys for the lanes, and what is known of whoever holds the others.
extension SessionKeeper {
  mutating func follow(
    _ actions: [Handshaker.Action], from source: SocketAddress?, now: ContinuousClock.Instant
  ) -> [Event] {
    var events: [Event] = []
    for action in actions {
      switch action {
      case .send(let datagram, let address):
        send(datagram, address)
      case .established(let establishment):
        events += install(establishment, now: now)
      case .confirm(let index):
        if book.newest?.localIndex == index { path.keepAlive(lane: 0, wantsAnswer: false) }
      case .unproven(let index):
        unproven[index] = nil
        book.remove(index)
        path.wipe(index)
        events.append(.unproven)
      case .dropped(let drop):
        count(drop, from: source, now: now)
      }
    }
    return events
  }

  private mutating func count(
    _ drop: Drop, from source: SocketAddress?, now: ContinuousClock.Instant
  ) {
    let story = HandshakeDrops.story(drop, from: source, refusal: door.refusal)
    drops.add(drop, story: story, log: log, now: now)
  }

  /// Gives the lanes new keys.
  private mutating func install(
    _ establishment: Establishment, now: ContinuousClock.Instant
  ) -> [Event] {
    let keys = establishment.keys
    let entry = SessionBook.Entry(
      localIndex: keys.localIndex, isInitiator: establishment.role == .initiator, born: now,
      sentBefore: sent)
    guard keys.isProven else {
      unproven[keys.localIndex] = establishment
      path.install(keys)
      book.add(entry)
      return []
    }
    guard admits(establishment, now: now) else { return [] }
    var events: [Event] = []
    if establishment.address != peerAddress {
      // The lanes go there first, so that no datagram under the new keys goes elsewhere.
      peerAddress = establishment.address
      path.connect(to: establishment.address)
      if sessions > 0 { events.append(.moved(lane: 0, establishment.address)) }
    }
    path.install(keys)
    book.add(entry)
    return events + [begin(establishment)]
  }

  /// Whether the peer of a session, now known to hold its keys, is one to have it with.
  ///
  /// Only now is a first key worth keeping: with a pre-shared key, the peer has shown that too. And only
  /// now may another process turn out to have met another key there.
  mutating func admits(
    _ establishment: Establishment, now: ContinuousClock.Instant
  ) -> Bool {
    door.refusal = door.trust.refusal(
      of: establishment.publicKey, from: establishment.address, peer: door.configured, log: log)
    guard door.refusal != nil else { return true }
    count(.wrongPeerKey(establishment.publicKey), from: establishment.address, now: now)
    return false
  }

  /// A session is in use: the peer is known to hold its keys.
  mutating func begin(_ establishment: Establishment) -> Event {
    secondsAlone = nil
    provenAddress = peerAddress
    sessions += 1
    let offer = establishment.offer
    commonLanes = min(lanes, Int(offer.lanes))
    announce()
    return .session(
      Session(
        peer: Peer(
          lanes: Int(offer.lanes), mtu: Int(offer.mtu), session: establishment.keys.localIndex),
        isInitiator: establishment.role == .initiator, cipher: establishment.keys.cipher,
        key: establishment.publicKey, address: establishment.address, number: sessions))
  }

  /// Sends a datagram on each lane: it tells every NAT on the way, and the peer, where that lane lives, and
  /// the peer that the keys are in use.
  func announce() {
    for lane in 0..<commonLanes { path.keepAlive(lane: lane, wantsAnswer: false) }
  }
}
