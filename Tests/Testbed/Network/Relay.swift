import CFastun
import Glibc
import Synchronization

/// A bad path between the sites: a third namespace whose only way through is a user-space relay of
/// UDP datagrams that repeats some and delivers some late. It loses none.
///
/// ```
///  site a ── 10.75.0.1 · 10.75.0.2 ── relay ── 10.76.0.1 · 10.76.0.2 ── site b
/// ```
package final class Relay {
  /// How the path misbehaves: every how many datagrams one is repeated, and one is held back until
  /// three others have passed; 0 for never.
  package struct Manners: Sendable {
    package var repeatEvery: Int
    package var delayEvery: Int

    package init(repeatEvery: Int = 0, delayEvery: Int = 0) {
      self.repeatEvery = repeatEvery
      self.delayEvery = delayEvery
    }
  }

  private let namespace: Namespace
  private var threads: [Background<Void>] = []
  private let state = State()

  private final class State: Sendable {
    let isStopping = Atomic(false)
    let repeated = Atomic(0)
    let delayed = Atomic(0)
  }

  /// Joins both sites of the pair to the relay, which serves `lanes` lanes.
  package init(between pair: SitePair, lanes: Int, _ manners: Manners) throws {
    let namespace = try Namespace()
    self.namespace = namespace
    _ = try Link(pair.a, "relay0", namespace, "west0", subnet: 75)
    _ = try Link(namespace, "east0", pair.b, "relay0", subnet: 76)
    for lane in 0..<lanes {
      let port = UInt16(TunnelOptions.port + lane)
      let a = try SocketAddress("10.75.0.1", port: port)
      let b = try SocketAddress("10.76.0.2", port: port)
      let (west, east) = try namespace.inside {
        (
          try Self.socket(bound: SocketAddress("10.75.0.2", port: port)),
          try Self.socket(bound: SocketAddress("10.76.0.1", port: port))
        )
      }
      // A thread for each direction: it receives on one socket and sends from the other.
      let state = state
      threads.append(Background { Self.pass(from: west, to: b, by: east, manners, state) })
      threads.append(Background { Self.pass(from: east, to: a, by: west, manners, state) })
    }
  }

  deinit { remove() }

  /// Where each site finds its peer.
  package func peer(of site: SitePair.Site) -> String {
    "\(site == .a ? "10.75.0.2" : "10.76.0.1"):\(TunnelOptions.port)"
  }

  /// Datagrams that were delivered twice, and those that came late.
  package var repeated: Int { state.repeated.load(ordering: .relaxed) }
  package var delayed: Int { state.delayed.load(ordering: .relaxed) }

  private func remove() {
    state.isStopping.store(true, ordering: .relaxed)
    for thread in threads { _ = try? thread.value() }
    namespace.remove()
  }

  private static func socket(bound address: SocketAddress) throws -> Socket {
    let socket = try Socket(SOCK_DGRAM, bound: address)
    socket.setBuffers(bytes: 16 << 20)
    socket.setTimeouts(seconds: 0.02)
    return socket
  }

  private static func pass(
    from source: Socket, to peer: SocketAddress, by socket: Socket, _ manners: Manners,
    _ state: State
  ) {
    func deliver(_ bytes: UnsafeRawPointer, _ length: Int) {
      _ = peer.withPointer { sendto(socket.raw, bytes, length, 0, .init(__sockaddr__: $0), $1) }
    }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var held: [UInt8] = []
    var passedSinceHeld = 0
    var number = 0
    while !state.isStopping.load(ordering: .relaxed) {
      let length = recv(source.raw, &buffer, buffer.count, 0)
      if length >= 0 {
        number += 1
        if manners.delayEvery > 0, number % manners.delayEvery == 0, held.isEmpty {
          held = Array(buffer[..<length])
          passedSinceHeld = 0
          state.delayed.add(1, ordering: .relaxed)
          continue
        }
        deliver(&buffer, length)
        if manners.repeatEvery > 0, number % manners.repeatEvery == 0 {
          deliver(&buffer, length)
          state.repeated.add(1, ordering: .relaxed)
        }
        passedSinceHeld += 1
      }
      if !held.isEmpty, passedSinceHeld == 3 || length < 0 {
        deliver(&held, held.count)
        held = []
      }
    }
  }
}
