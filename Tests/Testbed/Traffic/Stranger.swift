import CFastun
import Glibc

/// Someone who sends a tunnel datagrams that no tunnel would.
package enum Stranger {
  /// Sends datagrams from an address and port (0 for any) in one namespace to the port of a lane at
  /// an outer address, paced so that none is lost for want of room.
  package static func send(
    _ datagrams: [[UInt8]], from source: Namespace, address: String, port: Int = 0,
    to peer: String, lane: Int = 0
  ) throws {
    let target = try SocketAddress(peer, port: UInt16(TunnelOptions.port + lane))
    let socket = try source.inside {
      let local = try SocketAddress(address, port: UInt16(port))
      // The port may be of a process that was killed, whose rings the kernel tears down by and by.
      let deadline = Deadline(seconds: port == 0 ? 0 : 5)
      while !deadline.hasPassed {
        if let socket = try? Socket(SOCK_DGRAM, bound: local) { return socket }
        Deadline.sleep(seconds: 0.01)
      }
      return try Socket(SOCK_DGRAM, bound: local)
    }
    for (number, bytes) in datagrams.enumerated() {
      // An earlier one may have been answered by ICMP, which fails one send: the next is for real.
      for _ in 0..<2 {
        let count = target.withPointer {
          sendto(socket.raw, bytes, bytes.count, 0, .init(__sockaddr__: $0), $1)
        }
        if count >= 0 { break }
      }
      if number % 16 == 15 { Deadline.sleep(seconds: 0.001) }
    }
  }

  /// Datagrams of random lengths and bytes; `start` begins each of them that is long enough.
  package static func garbage(_ count: Int, start: [UInt8] = [], seed: UInt64 = 7) -> [[UInt8]] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in
      var bytes = (0..<random.below(1473)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      for (index, byte) in start.enumerated() where index < bytes.count { bytes[index] = byte }
      return bytes
    }
  }
}
