import CFastun
import Glibc
import Synchronization

/// A NAT before site a, in user space: site b sees each lane at a port that has nothing to do with its
/// neighbours', and at another one after ``forget()``.
///
/// ```
///  site a ── 10.75.0.1 · 10.75.0.2 ── NAT ── 10.76.0.1 · 10.76.0.2 ── site b
/// ```
package final class NAT {
  private let namespace: Namespace
  private let lanes: [Lane]
  private var threads: [Background<Void>] = []
  private let isStopping: Flag

  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  /// One lane's way through.
  private final class Lane: Sendable {
    let inside: Socket
    let outside: Mutex<Socket>
    let a: SocketAddress
    let b: SocketAddress

    init(inside: Socket, outside: Socket, a: SocketAddress, b: SocketAddress) {
      self.inside = inside
      self.outside = Mutex(outside)
      self.a = a
      self.b = b
    }
  }

  package init(between pair: SitePair, lanes count: Int) throws {
    let namespace = try Namespace()
    self.namespace = namespace
    isStopping = Flag()
    _ = try Link(pair.a, "nat0", namespace, "west0", subnet: 75)
    _ = try Link(namespace, "east0", pair.b, "nat0", subnet: 76)
    lanes = try (0..<count).map { lane in
      let port = UInt16(TunnelOptions.port + lane)
      return Lane(
        inside: try Self.socket(in: namespace, "10.75.0.2", port: port),
        outside: try Self.socket(in: namespace, "10.76.0.1", port: 0),
        a: try SocketAddress("10.75.0.1", port: port),
        b: try SocketAddress("10.76.0.2", port: port))
    }
    for lane in lanes {
      let flag = isStopping
      threads.append(Background { Self.passOut(lane, flag) })
      threads.append(Background { Self.passIn(lane, flag) })
    }
  }

  deinit {
    isStopping.value.store(true, ordering: .relaxed)
    for thread in threads { _ = try? thread.value() }
    namespace.remove()
  }

  /// Where site a finds its peer.
  package var peer: String { "10.75.0.2:\(TunnelOptions.port)" }

  /// Maps every lane to another port. What comes to the old ones is refused from then on.
  package func forget() throws {
    for lane in lanes {
      let socket = try Self.socket(in: namespace, "10.76.0.1", port: 0)
      lane.outside.withLock { $0 = socket }
    }
  }

  private static func socket(
    in namespace: Namespace, _ address: String, port: UInt16
  ) throws -> Socket {
    try namespace.inside {
      let socket = try Socket(SOCK_DGRAM, bound: SocketAddress(address, port: port))
      socket.setBuffers(bytes: 16 << 20)
      socket.setTimeouts(seconds: 0.02)
      return socket
    }
  }

  private static func passOut(_ lane: Lane, _ isStopping: Flag) {
    pass(from: { lane.inside }, by: { lane.outside.withLock { $0 } }, to: lane.b, isStopping)
  }

  private static func passIn(_ lane: Lane, _ isStopping: Flag) {
    pass(from: { lane.outside.withLock { $0 } }, by: { lane.inside }, to: lane.a, isStopping)
  }

  private static func pass(
    from source: () -> Socket, by way: () -> Socket, to target: SocketAddress, _ isStopping: Flag
  ) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !isStopping.value.load(ordering: .relaxed) {
      let length = recv(source().raw, &buffer, buffer.count, 0)
      guard length >= 0 else { continue }
      let socket = way()
      _ = target.withPointer {
        sendto(socket.raw, buffer, length, 0, .init(__sockaddr__: $0), $1)
      }
    }
  }
}
