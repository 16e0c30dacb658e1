import CFastun
import Glibc
import Synchronization

/// A bad path between the sites: a third namespace whose only way through is a user-space relay of
/// UDP datagrams that repeats some and delivers some late. It loses none.
///
/// Each site takes the relay for its peer, so it is also the man in the middle: it may keep all that
/// passes on a ``Tape``, hold datagrams back, and send any bytes from the peer's address and port.
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

  /// The host in the middle.
  package let namespace: Namespace
  /// Where it keeps what passes, if it does.
  package let tape: Tape?
  private var threads: [Background<Void>] = []
  private let state = State()
  /// What is sent to a site by hand goes by these, lane by lane.
  private var doors: [SitePair.Site: [(socket: Socket, target: SocketAddress)]] = [:]

  private final class State: Sendable {
    let isStopping = Atomic(false)
    let repeated = Atomic(0)
    let delayed = Atomic(0)
  }

  /// Joins both sites of the pair to the relay, which serves `lanes` lanes.
  package init(
    between pair: SitePair, lanes: Int, _ manners: Manners = Manners(), tape: Tape? = nil
  ) throws {
    let namespace = try Namespace()
    self.namespace = namespace
    self.tape = tape
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
      let (fromA, fromB) = (tape?.track(.a, lane), tape?.track(.b, lane))
      threads.append(
        Background { Self.pass(from: west, to: b, by: east, manners, state, fromA) })
      threads.append(
        Background { Self.pass(from: east, to: a, by: west, manners, state, fromB) })
      doors[.a, default: []].append((west, a))
      doors[.b, default: []].append((east, b))
    }
  }

  deinit { remove() }

  /// Ends the relaying and frees its ports; the host in the middle and its links stay.
  package func stop() {
    state.isStopping.store(true, ordering: .relaxed)
    for thread in threads { _ = try? thread.value() }
    threads = []
    doors = [:]
  }

  /// Sends a site datagrams that come, as far as it can tell, from its peer's lane; paced so that
  /// none is lost for want of room.
  package func inject(_ datagrams: [[UInt8]], to site: SitePair.Site, lane: Int = 0) {
    guard let doors = doors[site] else { return }
    for (number, bytes) in datagrams.enumerated() {
      _ = doors[lane].target.withPointer {
        sendto(doors[lane].socket.raw, bytes, bytes.count, 0, .init(__sockaddr__: $0), $1)
      }
      if number % 16 == 15 { Deadline.sleep(seconds: 0.001) }
    }
  }

  /// Where each site finds its peer.
  package func peer(of site: SitePair.Site) -> String {
    "\(Self.address(facing: site)):\(TunnelOptions.port)"
  }

  /// The address of the host in the middle that a site sees, and that of the site there.
  package static func address(facing site: SitePair.Site) -> String {
    site == .a ? "10.75.0.2" : "10.76.0.1"
  }
  package static func address(of site: SitePair.Site) -> String {
    site == .a ? "10.75.0.1" : "10.76.0.2"
  }

  /// Gives the host in the middle one more address on the link to a site, and returns it.
  package func addAddress(facing site: SitePair.Site) throws -> String {
    let (address, device) = site == .a ? ("10.75.0.9", "west0") : ("10.76.0.9", "east0")
    try namespace.ip("address add \(address)/24 dev \(device)")
    return address
  }

  /// Datagrams that were delivered twice, and those that came late.
  package var repeated: Int { state.repeated.load(ordering: .relaxed) }
  package var delayed: Int { state.delayed.load(ordering: .relaxed) }

  private func remove() {
    stop()
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
    _ state: State, _ track: Tape.Track?
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
        if let track, !track.passes(buffer[..<length]) { continue }
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
