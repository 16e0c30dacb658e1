import Dataplane
import Handshake
import Logging

// What comes of the peer: its sessions or greetings, where it is, and what comes from elsewhere.
extension Supervisor {
  mutating func begin() {
    guard keeper != nil else {
      path.greet()
      takeNotice()
      return
    }
    follow(keeper?.start(now: .now))
  }

  /// Does what is due where datagrams are sealed.
  mutating func attend() {
    if let deadline = keeper?.deadline, deadline <= .now { follow(keeper?.wake(now: .now)) }
    if let address = resolver?.take() { follow(keeper?.resolved(address, now: .now)) }
    if !strangers.isFlooded() { drainStrangers() }
  }

  mutating func follow(_ events: [SessionKeeper.Event]?) {
    for event in events ?? [] { follow(event) }
  }

  mutating func follow(_ event: SessionKeeper.Event) {
    switch event {
    case .session(let session):
      meet(session)
    case .unheard(let seconds):
      log.info("no answer from the peer for \(seconds) s: trying on until it comes")
    case .silent(let seconds):
      log.warning("the peer does not answer since \(seconds) s")
    case .back:
      log.info("the peer is back")
    case .moved(let lane, let address):
      if let line = moves.moved(lane: lane, to: address, now: .now) { log.info("\(line)") }
    case .unproven:
      log.warning(
        """
        the peer answered a handshake, but does not take its keys: is the pre-shared key the same on \
        both sides?
        """)
    }
  }

  /// A session is in use: queues follow the peer's lanes, where those are new.
  mutating func meet(_ session: SessionKeeper.Session) {
    report.session(session)
    let peer = session.peer
    guard session.number == 1 || last.peer.map({ $0 != (peer.lanes, peer.mtu) }) ?? true else {
      log.debug("new keys: session \(session.number)")
      return
    }
    last.peer = (peer.lanes, peer.mtu)
    attachQueues(upTo: min(lanes, max(peer.lanes, 1)))
    log.info(
      """
      the peer \(session.address) answers: key \(Fingerprint(session.key)), sealed with \
      \(session.cipher); lanes \(peer.lanes), MTU \(peer.mtu); \(activeQueues) of our \(lanes) queues \
      carry traffic
      """)
    compareMTU(peer)
    report.peer(peer, activeQueues: activeQueues)
  }

  func compareMTU(_ peer: Peer) {
    guard peer.mtu != mtu else { return }
    log.warning("the peer's MTU is \(peer.mtu), ours \(mtu): give both sides the same --mtu")
  }

  mutating func takeNotice() {
    guard keeper == nil else {
      let news = path.takeNews()
      for item in news { follow(keeper?.hear(item, now: .now)) }
      // Handshakes in the peer's name may be anybody's; all other news is the peer's own.
      strangers.note(news.count { if case .handshake = $0 { true } else { false } })
      return
    }
    var events: [PeerWatch.Event] = []
    if watch.notice(path.peer, &events) { path.greet() }
    for event in events { follow(event) }
  }

  mutating func follow(_ event: PeerWatch.Event) {
    switch event {
    case .greeted(let peer, let restarted):
      attachQueues(upTo: min(lanes, max(peer.lanes, 1)))
      log.info(
        """
        \(restarted ? "the peer was restarted" : "the peer answers"): lanes \(peer.lanes), \
        MTU \(peer.mtu); \(activeQueues) of our \(lanes) queues carry traffic
        """)
      compareMTU(peer)
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
  mutating func attachQueues(upTo wanted: Int) {
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

  /// Takes what came from other addresses than the peer's: a handshake of anybody's, or data of a peer that
  /// has moved. All else is counted.
  mutating func drainStrangers() {
    for lane in sockets.indices {
      for (datagram, source) in strangers.take(from: sockets[lane], lane: lane)
      where !take(datagram, from: source, lane: lane) {
        strangers.count(source, lane: lane, log: log)
      }
    }
  }

  /// Whether a datagram from elsewhere was of use.
  mutating func take(
    _ datagram: [UInt8], from source: SocketAddress, lane: Int
  ) -> Bool {
    // What has no port to come from cannot be answered either (a forgery, as a rule).
    guard let keeper, !isEnding, source.port != 0 else { return false }
    switch StrayDatagram(datagram, lane: lane) {
    case .handshake:
      follow(self.keeper?.hear(datagram, from: source, now: .now))
      return true
    case .data(let session):
      return keeper.owns(session) && path.take(datagram, from: source, lane: lane)
    case nil:
      return false
    }
  }
}
