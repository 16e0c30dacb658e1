import CFastun
import Glibc
import Synchronization

/// Answers every UDP datagram with itself.
final class Echo: Sendable {
  let address: SocketAddress
  private let socket: Socket
  private let thread: Background<Void>
  private let stopping: Flag

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  init(at address: String, in namespace: Namespace) throws {
    let socket = try namespace.inside {
      try Socket(SOCK_DGRAM, bound: SocketAddress(address, port: 0))
    }
    socket.setTimeouts(seconds: 0.1)
    let stopping = Flag()
    self.socket = socket
    self.stopping = stopping
    self.address = try SocketAddress(address, port: socket.port())
    thread = Background {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      var peer = sockaddr_storage()
      while !stopping.isSet.load(ordering: .relaxed) {
        withUnsafeMutableBytes(of: &peer) { peer in
          let name = peer.baseAddress!.assumingMemoryBound(to: sockaddr.self)
          var length = socklen_t(peer.count)
          let count = recvfrom(
            socket.raw, &buffer, buffer.count, 0, .init(__sockaddr__: name), &length)
          if count >= 0 { sendto(socket.raw, buffer, count, 0, .init(__sockaddr__: name), length) }
        }
      }
    }
  }

  func stop() {
    stopping.isSet.store(true, ordering: .relaxed)
    _ = try? thread.value()
  }
}
