import Dataplane
import Glibc
import Handshake
import Logging
import Testing

@testable import Control

/// The supervisor of a tunnel that seals: what comes of datagrams that no lane takes, and of deadlines.
@Suite(.enabled(if: Host.isRoot, "needs root"))
struct SealedSupervisorTests {
  private static let loopback = IPAddress.v4(0x7f00_0001)
  private let folder = Folder()
  private let log = RecordedLog()
  private let lines = Lines()
  private let path = ScriptedPath()

  /// Runs a supervisor with two lanes until `body`, called with each count of counters, ends it.
  private func run(
    _ sockets: [LaneSocket], _ keeper: SessionKeeper, statistics: Duration?,
    until isDone: @escaping () -> Bool, onLine: @escaping (String) -> Void = { _ in },
    attach: @escaping Supervisor.Attach = { _, _ in }
  ) throws {
    var isEnding = false
    defer { path.onCount = { _ in } }  // It holds what holds the path: the folder would stay.
    path.onCount = { _ in
      guard !isEnding, isDone() else { return }
      isEnding = true
      pthread_kill(pthread_self(), SIGTERM)
    }
    var supervisor = Supervisor(
      path: path, lanes: 2, sockets: sockets, mtu: 1_428, signals: try Signals(),
      report: Report(.json) {
        lines.all.append($0)
        onLine($0)
      }, log: log.logger, keeper: keeper, attach: attach)
    try supervisor.run(statistics: statistics)
  }

  private func keeper(
    _ lanes: SealedLanes, _ sockets: [LaneSocket], peer: SocketAddress?, key: PublicKey
  ) throws -> SessionKeeper {
    let credentials = try Credentials(
      Configuration(
        peer: peer.map { try Endpoint(peer: "\($0)") }, queues: 2,
        identity: folder.file("identity"), peerKey: key))
    return SessionKeeper(
      path: lanes, credentials: credentials, peer: peer,
      offer: Offer(lanes: 2, mtu: 1_428, basePort: 4_000), rekey: .seconds(120), keepalive: nil,
      log: log.logger, send: { _ = sockets[0].send($0, to: $1) })
  }

  /// Two lanes, and a friend, on a loopback of their own.
  private func sockets(remote: Bool) throws -> ([LaneSocket], Friend) {
    let address = SocketAddress(Self.loopback, port: 7_000)
    return try inNamespace {
      let lanes = try (0..<2).map {
        try LaneSocket(
          local: SocketAddress(Self.loopback, port: UInt16(4_000 + $0)),
          remote: remote ? address.lane($0) : nil)
      }
      return (lanes, try Friend(at: address, remote: lanes[0].local))
    }
  }

  @Test("Handshakes go to the keeper, data of its sessions to a lane, all else is counted")
  func strangers() throws {
    let (sockets, friend) = try sockets(remote: false)
    let lanes = SealedLanes(2, at: sockets[0].local, peer: nil)
    let keeper = try keeper(lanes, sockets, peer: nil, key: friend.key)
    friend.begin()
    var calls: [String] = []
    var looks = 0
    try run(sockets, keeper, statistics: .milliseconds(10)) {
      friend.answer()
      looks += path.taken.isEmpty ? 0 : 1
      return looks == 5
    } onLine: { line in
      guard line.hasPrefix(#"{"event":"session""#), let index = lanes.indices.first else { return }
      friend.send(Friend.data(index, lane: 1), to: sockets[1])
      // Of another session, too short, and a handshake on another lane than 0; and nothing at all.
      friend.send(Friend.data(index &+ 1, lane: 1), to: sockets[1])
      friend.send(Array(Friend.data(index, lane: 1).prefix(31)), to: sockets[1])
      friend.send([1, 1, 1, 0], to: sockets[1])
      friend.send([0xff], to: sockets[0])
    } attach: { queue, isAttached in
      calls.append("\(isAttached ? "+" : "-")\(queue)")
    }
    #expect(calls == ["+1"])
    #expect(path.isStopped)
    #expect(path.taken.count == 1)
    #expect(path.taken.first?.lane == 1 && path.taken.first?.source == friend.address)
    #expect(lines.all.count { $0.hasPrefix(#"{"event":"session","number":1,"#) } == 1)
    #expect(lines.all.contains { $0.hasPrefix(#"{"event":"peer","lanes":3,"mtu":1300,"#) })
    let final = try #require(lines.all.last)
    #expect(final.contains(#""drop_stranger":4"#), "\(final)")
    #expect(final.contains(#""handshakes_asked_for_cookie":1"#), "\(final)")
    #expect(log.lines.contains { $0.contains("MTU is 1300, ours 1428: give both sides") })
  }

  @Test("What is due is done in time, and lanes that cannot send find a way anew")
  func deadlines() throws {
    let (sockets, friend) = try sockets(remote: true)
    let lanes = SealedLanes(2, at: sockets[0].local, peer: friend.address)
    let keeper = try keeper(lanes, sockets, peer: friend.address, key: friend.key)
    // It never answers; its first second has the initiation and a repeat after half of it.
    var heard: Int?
    try run(sockets, keeper, statistics: nil) {
      path.counts[.dropSendError, default: 0] += 1
      // The first count is the start's.
      guard path.counts[.dropSendError] == 2 else { return false }
      heard = friend.listen().count
      return true
    }
    #expect(heard == 2)
    #expect(path.reconnects == 1)
  }

  @Test("Nothing begins while the lanes are stopping")
  func ending() throws {
    let (sockets, friend) = try sockets(remote: false)
    let lanes = SealedLanes(2, at: sockets[0].local, peer: nil)
    let keeper = try keeper(lanes, sockets, peer: nil, key: friend.key)
    path.onStop = { friend.begin() }
    try run(sockets, keeper, statistics: .milliseconds(10)) { true }
    #expect(friend.listen().isEmpty)
    #expect(try #require(lines.all.last).contains(#""drop_stranger":1"#))
  }

  @Test("Handshakes in the peer's name may be anybody's: many are a flood", arguments: [63, 64])
  func flood(count: Int) throws {
    let (sockets, friend) = try sockets(remote: true)
    let lanes = SealedLanes(2, at: sockets[0].local, peer: friend.address)
    let keeper = try keeper(lanes, sockets, peer: friend.address, key: friend.key)
    let signals = try Signals()
    // It is never run, which would do that.
    defer { signals.release() }
    var supervisor = Supervisor(
      path: path, lanes: 2, sockets: sockets, mtu: 1_428, signals: signals,
      report: Report(.json) { _ in }, log: log.logger, keeper: keeper
    ) { _, _ in }
    for _ in 0..<count { path.tell(.handshake([1, 0, 1, 0])) }
    supervisor.takeNotice()
    #expect((supervisor.strangers.floodEnd != nil) == (count == 64))
    #expect(friend.listen().isEmpty)
  }
}
