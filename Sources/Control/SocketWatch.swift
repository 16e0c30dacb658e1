import Dataplane
import Logging

/// Looks at the lanes' sockets for what lanes cannot see: datagrams that the kernel dropped there, the MTU of the
/// path to the peer, and an address of ours that is gone.
struct SocketWatch {
  private var drops: [UInt64]
  /// What the log was told last.
  private var toldMTU: Int?
  /// As of the last look.
  private var lostSource: IPAddress?

  init(lanes: Int) { drops = Array(repeating: 0, count: lanes) }

  /// Receives that the kernel dropped at the sockets so far, each of one datagram or of several that came together.
  mutating func drops(of sockets: [LaneSocket]) -> UInt64 {
    for (lane, socket) in sockets.enumerated() { drops[lane].follow(socket.overflow) }
    return drops.reduce(0, +)
  }

  /// Whether datagrams should come from another address of this host from now on: the one they come from is gone.
  /// The peer does not know the other one until something comes from it.
  mutating func findsSourceLost(of sockets: [LaneSocket], log: Logger) -> Bool {
    // Lanes go one way.
    let lost = sockets.first?.lostSource?.address
    defer { lostSource = lost }
    guard let lost else { return false }
    if lost != lostSource {
      log.info("\(lost) is not this host's any more: datagrams come from another address")
    }
    return true
  }

  /// Says so where the path to the peer takes shorter packets than datagrams were made for: no error tells a lane
  /// of it where that is so beyond this host.
  mutating func lookAtMTU(of sockets: [LaneSocket], log: Logger) {
    guard let settled = sockets.map(\.pathMTU).min(),
      let now = sockets.compactMap(\.pathMTUNow).min(), now != toldMTU ?? settled
    else { return }
    toldMTU = now
    guard now < settled else { return }
    let overhead = PathOverhead(pathMTU: now, family: sockets[0].local.address.family)
    log.warning(
      """
      the path to the peer takes packets of \(now) bytes now, and datagrams have up to \(settled) with their \
      headers: those get lost; start fastun again on both sides (MTU \(overhead.largestMTU))
      """)
  }
}
