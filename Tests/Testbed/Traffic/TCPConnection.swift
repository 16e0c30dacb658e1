import CFastun
import Glibc

/// Both ends of a TCP connection from one namespace to another, congestion control cubic.
///
/// Cubic is named because the machine's default may be another, and changes what is measured.
struct TCPConnection: Sendable {
  let client: Socket
  let server: Socket

  /// Connects from `source` to `address` in `target`. Throws where that takes longer than
  /// `seconds`.
  init(
    from source: Namespace, to address: String, in target: Namespace, seconds: Double = 10
  ) throws {
    let listener = try target.inside {
      let socket = try Socket(SOCK_STREAM, bound: SocketAddress(address, port: 0))
      try Self.useCubic(socket)
      guard listen(socket.raw, 1) == 0 else { throw Socket.failure("listen") }
      return socket
    }
    let any = address.contains(":") ? "::" : "0.0.0.0"
    let peer = try SocketAddress(address, port: listener.port())
    client = try source.inside {
      let socket = try Socket(SOCK_STREAM, bound: SocketAddress(any, port: 0))
      try Self.useCubic(socket)
      socket.setTimeouts(seconds: seconds)
      try socket.connect(to: peer)
      return socket
    }
    listener.setTimeouts(seconds: seconds)
    let accepted = accept4(
      listener.raw, .init(__sockaddr__: nil), nil, Int32(SOCK_CLOEXEC.rawValue))
    guard accepted >= 0 else { throw Socket.failure("accept") }
    server = Socket(raw: accepted)
  }

  private static func useCubic(_ socket: Socket) throws {
    guard setsockopt(socket.raw, Int32(IPPROTO_TCP), TCP_CONGESTION, "cubic", 5) == 0 else {
      throw Socket.failure("congestion control cubic (modprobe tcp_cubic)")
    }
  }
}
