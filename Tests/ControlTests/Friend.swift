import Dataplane
import Glibc

@testable import Control
@testable import Handshake

/// A peer on a socket of its own, that can shake hands and no more.
final class Friend {
  let address: SocketAddress
  private let socket: LaneSocket
  private let remote: SocketAddress
  private var handshaker: Handshaker
  private let identity = Identity()

  init(at address: SocketAddress, remote: SocketAddress) throws {
    self.address = address
    self.remote = remote
    socket = try LaneSocket(local: address, remote: remote)
    handshaker = Handshaker(
      Handshaker.Configuration(
        identity: identity, offer: Offer(lanes: 3, mtu: 1_300, basePort: address.port)
      ) { _, _ in .trusted })
  }

  var key: PublicKey { identity.publicKey }

  /// Begins a handshake.
  func begin() { perform(handshaker.initiate(to: remote, now: .now)) }

  /// Answers what came.
  func answer() {
    for datagram in listen() {
      perform(handshaker.receive(datagram, from: remote, isProven: true, now: .now))
    }
  }

  /// What came.
  func listen() -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    var room = [UInt8](repeating: 0, count: 2_048)
    while case let count = recv(socket.peer.raw, &room, room.count, Int32(MSG_DONTWAIT)),
      count >= 0
    {
      datagrams.append(Array(room[..<count]))
    }
    return datagrams
  }

  func send(_ datagram: [UInt8], to lane: LaneSocket) { socket.send(datagram, to: lane.local) }

  /// A datagram that looks sealed.
  static func data(_ index: UInt32, lane: UInt8) -> [UInt8] {
    var datagram: [UInt8] = [4, lane, 1, 0]
    datagram.append(little: index)
    return datagram + [UInt8](repeating: 0, count: 24)
  }

  private func perform(_ actions: [Handshaker.Action]) {
    for case .send(let datagram, let address) in actions { socket.send(datagram, to: address) }
  }
}
