import CFastun
import Glibc
import Synchronization

/// Receives numbered datagrams of several flows on one port and keeps count of each.
final class UDPSink: Sendable {
  let address: SocketAddress
  private let thread: Background<(flows: [FlowCounts], corrupt: Int)>
  private let state: State

  private final class State: Sendable {
    let received = Atomic(0)
    let isStopping = Atomic(false)
  }

  /// Opens a port at `address` for `flows` flows of datagrams up to `size` bytes.
  init(at address: String, in namespace: Namespace, flows: Int, size: Int) throws {
    let socket = try namespace.inside {
      try Socket(SOCK_DGRAM, bound: SocketAddress(address, port: 0))
    }
    socket.setBuffers(bytes: 16 << 20)
    socket.setTimeouts(seconds: 0.02)
    let state = State()
    self.state = state
    self.address = try SocketAddress(address, port: socket.port())
    thread = Background { Self.receive(on: socket, flows: flows, size: size, state) }
  }

  /// Waits until `expected` datagrams are there, or none came for `quiet` seconds, and returns the
  /// counts by flow (`sent` is the caller's to fill in) and the datagrams that were damaged.
  func finish(expected: Int, quiet: Double) throws -> (flows: [FlowCounts], corrupt: Int) {
    var last = -1
    var since = Deadline(seconds: quiet)
    while true {
      let now = state.received.load(ordering: .relaxed)
      if now >= expected { break }
      if now != last {
        last = now
        since = Deadline(seconds: quiet)
      }
      if since.hasPassed { break }
      Deadline.sleep(seconds: 0.002)
    }
    state.isStopping.store(true, ordering: .relaxed)
    return try thread.value()
  }

  private static func receive(
    on socket: Socket, flows: Int, size: Int, _ state: State
  ) -> (flows: [FlowCounts], corrupt: Int) {
    let batch = DatagramBatch(room: size + 1)
    var arrivals = [FlowArrivals](repeating: FlowArrivals(), count: flows)
    var corrupt = 0
    while !state.isStopping.load(ordering: .relaxed) {
      let count = batch.receive(on: socket)
      if count <= 0 { continue }
      for index in 0..<count {
        if let (flow, number) = FlowDatagram.read(batch.received(index)), flow < flows {
          arrivals[Int(flow)].note(Int(number))
        } else {
          corrupt += 1
        }
      }
      state.received.add(count, ordering: .relaxed)
    }
    return (arrivals.map(\.counts), corrupt)
  }
}
