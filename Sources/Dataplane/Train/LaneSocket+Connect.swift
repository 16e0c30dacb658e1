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
    // A route that is gone by now leaves it deaf and ``isUnconnected``, whereupon it is connected again.
    guard unsafe remote.withKernelForm({ unsafe ft_connect(socket, $0, $1) }) == 0 else { return }
    _ = ft_hear(socket)
  }

  /// Whether it hears nobody, since the route went in the moment between two connections.
  package var isUnconnected: Bool { SocketAddress.peer(of: peer.raw) == nil }

  /// The address of this host that datagrams come from, where it is not this host's any more and another one could
  /// take its place: nothing tells a socket that is connected from it, and one that is not sent on learns nothing.
  ///
  /// Where the kernel lets anybody bind to anything (net.ipv4.ip_nonlocal_bind) it is never noticed.
  package var lostSource: SocketAddress? {
    guard choosesSource, let remote = SocketAddress.peer(of: peer.raw),
      let own = SocketAddress.own(of: peer.raw)
    else { return nil }
    let anyPort = SocketAddress(own.address, port: 0, scope: own.scope)
    let isGone = Self.withTrial(of: own.address.family) { trial in
      unsafe anyPort.withKernelForm { unsafe ft_bind(trial, $0, $1) } != 0 && errno == EADDRNOTAVAIL
    }
    return isGone && Self.isReachable(remote) ? own : nil
  }

  /// Whether a route leads there, from an address of this host if one is given: a socket that nobody hears of can
  /// be connected.
  static func isReachable(_ remote: SocketAddress, from local: SocketAddress? = nil) -> Bool {
    withTrial(of: remote.address.family) { trial in
      if let local {
        let anyPort = SocketAddress(local.address, port: 0, scope: local.scope)
        guard unsafe anyPort.withKernelForm({ unsafe ft_bind(trial, $0, $1) }) == 0 else {
          return false
        }
      }
      return unsafe remote.withKernelForm { unsafe ft_connect(trial, $0, $1) } == 0
    }
  }

  /// What comes of a socket of no consequence; false where there is none to be had.
  private static func withTrial(of family: Int32, _ body: (Int32) -> Bool) -> Bool {
    let trial = Glibc.socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard trial >= 0 else { return false }
    defer { close(trial) }
    return body(trial)
  }
}
