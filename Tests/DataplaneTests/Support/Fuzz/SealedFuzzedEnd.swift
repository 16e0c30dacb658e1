@testable import Dataplane

/// An end whose cipher takes any tag, while its sessions come and go.
struct SealedFuzzedEnd: FuzzedEnd {
  typealias S = AEADSealer<AcceptingKey>

  /// A session as the sealer should know it.
  private struct Session {
    let index: UInt32
    var isProven: Bool
    /// What it has sent.
    var sent: UInt64 = 0
    /// What the fuzzer sends to it next.
    var counter: UInt64 = 0
    /// Found proven, and not told of yet.
    var isNews = false
    var window = WindowModel()
  }

  let end: WalkEnd<S>
  let udpSegments: Int
  /// The oldest first.
  private var sessions: [Session] = []
  /// The index of the one that is sent under; 0 for none.
  private var sending: UInt32 = 0
  private var newest: UInt32 = 0
  private var hasNews = false
  private let frame: [UInt8]

  init(udpSegments: Int) throws {
    end = try WalkEnd(udpSegments: udpSegments) { S(lane: 0, memory: $0) }
    self.udpSegments = udpSegments
    var packet = InnerPacket()
    packet.transport = .tcp(flags: InnerPacket.ack)
    packet.payload = Payload.pattern(4_000)
    frame = packet.frame(gsoSize: 1_000)
    install(isProven: true)
  }

  // MARK: Sessions

  mutating func changeSessions(_ random: inout SeededGenerator) throws(Problem) {
    switch random.below(400) {
    case 0...2: install(isProven: random.oneIn(2))
    case 3: wipe(random.oneIn(4) ? nil : anyIndex(&random))
    case 4: prove(anyIndex(&random))
    case 5...60: try settle()
    case 61...70: try send()
    default: break
    }
  }

  private func anyIndex(_ random: inout SeededGenerator) -> UInt32 {
    // Now and then one that is gone, or was never there.
    guard !sessions.isEmpty, !random.oneIn(8) else { return UInt32(random.below(1_000)) }
    return sessions[random.below(sessions.count)].index
  }

  private mutating func install(isProven: Bool) {
    newest += 1
    let secret = [UInt8](repeating: 1, count: 32).withUnsafeBytes { Secret($0) }
    end.sealer.install(
      SessionKeys(
        cipher: .aes256GCM, localIndex: newest, remoteIndex: ~newest, sending: secret,
        receiving: secret, isProven: isProven))
    if sessions.count == S.capacity, let at = sessions.firstIndex(where: { $0.index != sending }) {
      sessions.remove(at: at)
    }
    sessions.append(Session(index: newest, isProven: isProven))
    choose()
  }

  private mutating func wipe(_ index: UInt32?) {
    end.sealer.wipe(index)
    sessions.removeAll { index == nil || $0.index == index }
    choose()
  }

  private mutating func prove(_ index: UInt32) {
    end.sealer.prove(index)
    if let at = at(index) { sessions[at].isProven = true }
    choose()
  }

  private mutating func settle() throws(Problem) {
    try require(end.sealer.isUnsettled == hasNews, "a proof was missed")
    guard hasNews else { return }
    var proofs: Set<UInt32> = []
    while case let index = end.sealer.settle(), index != 0 { proofs.insert(index) }
    let expected = Set(sessions.filter(\.isNews).map(\.index))
    try require(proofs == expected, "the proofs of other sessions")
    for at in sessions.indices { sessions[at].isNews = false }
    hasNews = false
    choose()
  }

  private mutating func choose() { sending = sessions.last(where: \.isProven)?.index ?? 0 }

  private func at(_ index: UInt32) -> Int? { sessions.firstIndex { $0.index == index } }

  // MARK: Datagrams

  mutating func next(_ random: inout SeededGenerator) -> (session: UInt32, counter: UInt64) {
    guard !sessions.isEmpty, !random.oneIn(300) else { return (UInt32(random.below(2_000)), 0) }
    let at = random.oneIn(8) ? random.below(sessions.count) : sessions.count - 1
    return (sessions[at].index, Self.stamp(&sessions[at].counter, &random))
  }

  mutating func takes(session: UInt32, counter: UInt64) -> Bool {
    guard let at = at(session), sessions[at].window.take(counter) else { return false }
    if !sessions[at].isProven {
      sessions[at].isProven = true
      sessions[at].isNews = true
      hasNews = true
    }
    return true
  }

  /// Sends a super-packet, between what arrives: it goes under the session that it should.
  private mutating func send() throws(Problem) {
    let trains = end.send([frame])
    guard let at = at(sending) else {
      return try require(trains.isEmpty, "something was sealed without a session")
    }
    for datagram in trains.flatMap(\.datagrams) {
      let index = datagram[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let counter = datagram[8..<16].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      try require(
        datagram[0] == DatagramHeader.Kind.sealed && index == ~sending
          && counter == sessions[at].sent, "sealed as \(index), \(counter)")
      sessions[at].sent += 1
    }
    try require(trains.reduce(0) { $0 + $1.datagrams.count } == 4, "a super-packet was cut short")
  }
}
