internal import CFastun
import Glibc

extension LaneSocket {
  /// Connects a lane's socket to another address, for a lane between its turns.
  ///
  /// Where no route leads there, the socket stays as it is: connected, since one that is not takes
  /// everybody's datagrams. Between two connections it is deaf for the same reason.
  ///
  /// - Parameter choosesSource: the source address is chosen anew, for which the kernel wants the old
  ///   connection dissolved first; else the socket was bound to one, and keeps it.
  static func connect(_ socket: Int32, to remote: SocketAddress, choosesSource: Bool) {
    guard choosesSource else {
      // Fails without a change (__ip4_datagram_connect of net/ipv4/datagram.c).
      _ = unsafe remote.withKernelForm { unsafe ft_connect(socket, $0, $1) }
      return
    }
    guard isReachable(remote), ft_deafen(socket) == 0 else { return }
    _ = ft_disconnect(socket)
    // A route that is gone by now leaves it deaf: its sends fail, whereupon it is connected again.
    guard unsafe remote.withKernelForm({ unsafe ft_connect(socket, $0, $1) }) == 0 else { return }
    _ = ft_hear(socket)
  }

  /// Whether a route leads there: a socket that nobody hears of can be connected.
  private static func isReachable(_ remote: SocketAddress) -> Bool {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let raw = Glibc.socket(remote.address.family, kind, 0)
    guard raw >= 0 else { return false }
    defer { close(raw) }
    return unsafe remote.withKernelForm { unsafe ft_connect(raw, $0, $1) } == 0
  }
}
