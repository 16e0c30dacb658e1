import Dataplane
import Logging

/// Sends handshakes from lane 0's port, and says in the log what keeps them from arriving, as far as this host
/// can tell: one that is not sent is as good as lost, but nobody would find out why.
final class HandshakeSender {
  private let socket: LaneSocket
  /// Whether an address is reached through the tunnel itself.
  private let isInside: (IPAddress) -> Bool
  private let log: Logger
  private var failures: UInt64 = 0
  private var failurePace = LinePace()
  /// Where the last look was at, and when. Anybody may begin a handshake: looks are few.
  private var look: (address: IPAddress, time: ContinuousClock.Instant)?
  private var detours: UInt64 = 0
  private var detourPace = LinePace()

  init(_ socket: LaneSocket, log: Logger, isInside: @escaping (IPAddress) -> Bool) {
    self.socket = socket
    self.log = log
    self.isInside = isInside
  }

  func send(_ datagram: [UInt8], to peer: SocketAddress) {
    let now = ContinuousClock.now
    if let error = socket.send(datagram, to: peer) {
      failures += 1
      if failurePace.unsaid(count: failures, now: now) != nil {
        log.warning("a handshake to \(peer) could not be sent\(SendFault.story(error))")
      }
    }
    if let look, now - look.time < .seconds(look.address == peer.address ? 60 : 1) { return }
    look = (peer.address, now)
    guard isInside(peer.address) else { return }
    detours += 1
    guard detourPace.unsaid(count: detours, now: now) != nil else { return }
    log.warning(
      """
      \(peer.address), where a handshake came from, would itself be reached through the tunnel: leave it \
      out of --address and --route, or add a route to it beside the tunnel
      """)
  }
}
