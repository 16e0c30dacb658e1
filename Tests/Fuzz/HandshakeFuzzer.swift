import Crypto
import Dataplane

@testable import Handshake

/// Feeds forged, mutated, repeated and swapped handshake datagrams to two hosts and holds all that comes
/// of them to what must always be so.
///
/// Deterministic: a seed names a run. The hosts' genuine datagrams are among the inputs, or nothing but
/// the first check would be reached; most inputs are such that no Diffie-Hellman computation comes of
/// them, or a million would take minutes.
final class HandshakeFuzzer {
  /// Inputs after which two fresh hosts take over.
  private static let inputsPerPair = 4_000

  private var random: SeededGenerator
  private var exchange: Exchange
  /// Genuine datagrams of earlier pairs too: replays.
  private var corpus: [Flight] = []
  private var since = 0
  /// Datagrams handed to the hosts so far.
  private(set) var inputs = 0
  /// Sessions that came of them, each with both its ends.
  private(set) var sessions = 0
  private(set) var answers = 0
  /// Why inputs came to nothing, and how often.
  private(set) var drops: [String: Int] = [:]

  init(seed: UInt64) {
    random = SeededGenerator(seed ^ 0x6861_6e64_7368_616b)
    exchange = Self.pair(&random)
  }

  private static func pair(_ random: inout SeededGenerator) -> Exchange {
    let psk = random.oneIn(2) ? random.bytes(32).withUnsafeBytes { Secret($0) } : nil
    let identities = [Identity(random.privateKey()), Identity(random.privateKey())]
    let trusted = Set(identities.map(\.publicKey))
    let configurations = identities.map { identity in
      Handshaker.Configuration(
        identity: identity, psk: psk,
        offer: Offer(lanes: 1, mtu: 1_400, basePort: UInt16(1 + random.below(60_000))),
        random: SeededGenerator(random.next())
      ) { key, _ in trusted.contains(key) ? .trusted : .refused }
    }
    return Exchange(alice: configurations[0], bob: configurations[1])
  }

  /// One turn: a few inputs, and now and then time.
  func turn() throws(Problem) {
    if since >= Self.inputsPerPair {
      try checkSessions()
      countDrops()
      exchange = Self.pair(&random)
      since = 0
    }
    // Genuine handshakes, or there would be nothing to forge.
    if random.oneIn(10) { exchange.begin(random.oneIn(2) ? \.alice : \.bob) }
    for _ in 0..<8 { try input(next()) }
    if random.oneIn(4) { try deliverOne() }
    if random.oneIn(4) { exchange.run(for: .milliseconds(random.below(400))) }
    if random.oneIn(2_000) { exchange.run(for: .seconds(random.below(200))) }
    try checkBounds()
    note()
  }

  /// Remembers genuine datagrams, a bounded number.
  private func note() {
    for flight in exchange.takeLog() where flight.type != Flight.dataType {
      answers += 1
      if corpus.count < 400 {
        corpus.append(flight)
      } else {
        corpus[random.below(400)] = flight
      }
    }
  }

  private func deliverOne() throws(Problem) {
    guard let flight = exchange.takeFlight(at: random.below(64)) else { return }
    if flight.type == Flight.dataType { return exchange.receive(flight) }
    if !random.oneIn(4) { try input(flight) }
    if random.oneIn(8) { try input(flight) }
  }

  /// A datagram of an adversary who sees everything.
  private func next() -> Flight {
    let addresses = [
      Exchange.alice, Exchange.bob,
      SocketAddress(.v4(0x0a00_0000 + UInt32(random.below(1_000))), port: 4_000),
    ]
    var flight = Flight(
      datagram: [], from: addresses[random.below(3)], to: addresses[random.below(2)])
    if corpus.isEmpty || random.oneIn(16) {
      flight.datagram = random.bytes(random.below(260))
      if random.oneIn(2), flight.datagram.count >= 16 { shape(&flight.datagram) }
      return flight
    }
    let genuine = corpus[corpus.count - 1 - min(random.below(corpus.count), random.below(400))]
    flight.datagram = genuine.datagram
    if random.oneIn(2) { (flight.from, flight.to) = (genuine.from, genuine.to) }
    if !random.oneIn(16) { mutate(&flight.datagram) }
    return flight
  }

  /// Makes a header of random bytes one that is looked at.
  private func shape(_ datagram: inout [UInt8]) {
    let kinds: [UInt8] = [1, 2, 3, 6]
    datagram.replaceSubrange(0..<4, with: [kinds[random.below(4)], 0, 1, 0])
    datagram.replaceSubrange(12..<16, with: [0, 0, 0, 0])
  }

  private func mutate(_ datagram: inout [UInt8]) {
    repeat {
      guard !datagram.isEmpty else { return }
      let at = random.below(datagram.count)
      switch random.below(8) {
      case 0: datagram[at] ^= 1 << random.below(8)
      case 1: datagram[at] = UInt8(random.below(256))
      case 2: datagram.removeLast(random.below(datagram.count))
      case 3: datagram += random.bytes(random.below(140))
      case 4: datagram[min(random.below(16), datagram.count - 1)] = UInt8(random.below(8))
      case 5:
        // The end of one in another, with one's header.
        let other = corpus[random.below(corpus.count)].datagram
        datagram = Array(datagram.prefix(at) + other.dropFirst(at))
      case 6:
        if datagram.count >= 16 { shape(&datagram) }
      default:
        // A header of one kind before the body of another.
        let other = corpus[random.below(corpus.count)].datagram
        datagram = Array(other.prefix(16) + datagram.dropFirst(16))
      }
    } while random.oneIn(3)
  }

  private func input(_ flight: Flight) throws(Problem) {
    // Data stands for authentic datagrams here: an adversary cannot make any.
    guard flight.type != Flight.dataType else { return }
    inputs += 1
    since += 1
    let before = exchange.path.count
    exchange.receive(flight)
    let sent = exchange.path[before...]
    guard sent.allSatisfy({ $0.type != Flight.dataType }) else { return }
    let count = sent.map(\.datagram.count).reduce(0, +)
    // A cookie has the host's own initiation repeated, to where that goes.
    let limit = flight.type == 6 ? HandshakeMessage.initiationSize : flight.datagram.count
    try require(count <= limit, "\(count) bytes for \(flight.datagram.count): \(flight.datagram)")
    let isOwn = flight.type == 2 || flight.type == 6
    try require(
      isOwn || sent.allSatisfy { $0.to == flight.from }, "an answer to another: \(flight)")
  }

  private func checkBounds() throws(Problem) {
    for host in [exchange.alice, exchange.bob] {
      let table = host.handshaker.responses
      try require(
        table.pendingCount <= ResponseTable.capacity
          && table.completedCount <= ResponseTable.completedCapacity, "too many entries")
    }
  }

  /// Counts, and forgets, why the pair's inputs came to nothing.
  private func countDrops() {
    for drop in exchange.alice.drops + exchange.bob.drops {
      drops["handshake \(drop)", default: 0] += 1
    }
  }

  /// A session has two ends that agree, and the responder's exists only where the initiator's does.
  private func checkSessions() throws(Problem) {
    for (host, peer) in [(exchange.alice, exchange.bob), (exchange.bob, exchange.alice)] {
      for session in host.established {
        let hasEnd = peer.established.contains { Exchange.agree(session, $0) }
        // The initiator is first; its message 3 may have been lost.
        try require(hasEnd || session.role == .initiator, "a session with one end")
        try require(
          !host.proven.contains(session.keys.localIndex) || hasEnd, "proven by nobody")
        if hasEnd { sessions += 1 }
      }
      let indices = host.established.map(\.keys.localIndex)
      try require(Set(indices).count == indices.count, "one handshake gave two sessions")
    }
  }
}
