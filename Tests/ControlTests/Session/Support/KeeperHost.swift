import Dataplane
import Handshake
import Logging

@testable import Control

/// One side of a ``Wire``: a keeper, and lanes that it keeps in keys.
final class KeeperHost {
  /// What a side is started with.
  struct Options {
    var lanes = 1
    /// Where `--peer` is, and as what the list of known peers has it.
    var peer: SocketAddress?
    var peerName: String?
    var peerKey: PublicKey?
    var psk: UInt8?
    var ciphers = Set(Cipher.allCases)
    var rekey = 120
    var keepalive: Int?
  }

  let folder = Folder()
  let log = RecordedLog()
  private(set) var options: Options
  private(set) var lanes: SealedLanes
  private(set) var keeper: SessionKeeper
  /// All since the last start, with the seconds that had passed by then.
  private(set) var events: [SessionKeeper.Event] = []
  /// How often the peer's name was to be resolved.
  private(set) var questions = 0
  /// Data of nobody we know.
  private(set) var strangers = 0
  private let outgoing: Outgoing
  var nextSecond: ContinuousClock.Instant
  var isRunning = true

  private final class Outgoing {
    var flights: [Flight] = []
  }

  init(_ options: Options, at address: SocketAddress, now: ContinuousClock.Instant) throws {
    self.options = options
    outgoing = Outgoing()
    (lanes, keeper) = try Self.make(options, at: address, folder, log, outgoing)
    nextSecond = now + .seconds(1)
  }

  /// Takes from it all that it knew, as when the program starts again.
  func restart(_ change: (inout Options) -> Void = { _ in }, now: ContinuousClock.Instant) throws {
    change(&options)
    (lanes, keeper) = try Self.make(options, at: lanes.own, folder, log, outgoing)
    events = []
    nextSecond = now + .seconds(1)
    isRunning = true
    note(keeper.start(now: now))
  }

  private static func make(
    _ options: Options, at address: SocketAddress, _ folder: Folder, _ log: RecordedLog,
    _ outgoing: Outgoing
  ) throws -> (SealedLanes, SessionKeeper) {
    let lanes = SealedLanes(options.lanes, at: address, peer: options.peer)
    let psk = options.psk.map {
      folder.write(String(repeating: String($0, radix: 16), count: 64), to: "psk")
    }
    let name = options.peerName ?? options.peer.map { "\($0)" }
    let credentials = try Credentials(
      Configuration(
        peer: name.map { try Endpoint(peer: $0) }, queues: options.lanes,
        identity: folder.file("identity"), peerKey: options.peerKey, pskFile: psk))
    let keeper = SessionKeeper(
      path: lanes, credentials: credentials, peer: options.peer,
      offer: Offer(
        lanes: UInt8(options.lanes), ciphers: options.ciphers, mtu: 1_400,
        basePort: address.port),
      rekey: .seconds(options.rekey), keepalive: options.keepalive.map { .seconds($0) },
      log: log.logger
    ) { datagram, to in
      outgoing.flights.append(
        Flight(content: .handshake(datagram), lane: 0, from: lanes.own, to: to))
    }
    return (lanes, keeper)
  }

  var key: PublicKey { get throws { try IdentityFile(folder.file("identity")).load().publicKey } }

  /// Its sessions, in order.
  var sessions: [SessionKeeper.Session] {
    events.compactMap { if case .session(let session) = $0 { session } else { nil } }
  }

  /// The other events.
  var incidents: [SessionKeeper.Event] {
    events.filter { if case .session = $0 { false } else { true } }
  }

  func takeEvents() -> [SessionKeeper.Event] {
    defer { events = [] }
    return events
  }

  // MARK: What happens

  func start(now: ContinuousClock.Instant) { note(keeper.start(now: now)) }

  func receive(_ flight: Flight, now: ContinuousClock.Instant) {
    let isPeer = flight.from == lanes.remotes[flight.lane]
    switch flight.content {
    case .handshake(let datagram):
      note(
        isPeer
          ? keeper.hear(.handshake(datagram), now: now)
          : keeper.hear(datagram, from: flight.from, now: now))
    case .data(let index, _, _):
      if isPeer || keeper.owns(index) { lanes.receive(flight) } else { strangers += 1 }
    }
    for news in lanes.takeNews() { note(keeper.hear(news, now: now)) }
  }

  func resolve(_ address: SocketAddress, now: ContinuousClock.Instant) {
    note(keeper.resolved(address, now: now))
  }

  /// Does what is due.
  func wake(now: ContinuousClock.Instant) {
    if let deadline = keeper.deadline, deadline <= now { note(keeper.wake(now: now)) }
    guard nextSecond <= now else { return }
    nextSecond += .seconds(1)
    let (events, wantsAddress) = keeper.tick(received: lanes.received, sent: lanes.sent, now: now)
    note(events)
    if wantsAddress { questions += 1 }
  }

  func takeOutgoing() -> [Flight] {
    defer { outgoing.flights = [] }
    return outgoing.flights + lanes.takeOutgoing()
  }

  private func note(_ new: [SessionKeeper.Event]) { events += new }
}
