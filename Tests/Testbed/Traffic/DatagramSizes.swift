import CFastun
import Glibc

/// One UDP datagram of each of many sizes, bytes checked at the other end.
package struct DatagramSizes: Sendable {
  /// Sizes that did not arrive, and sizes that arrived with other bytes.
  package let missing: Set<Int>
  package let damaged: Set<Int>

  /// Sends one datagram per size from one namespace to `address` in another; those that get lost
  /// (no transport promises UDP) are sent again, up to `tries` times.
  package init(
    _ sizes: [Int], tries: Int = 3, from source: Namespace, to address: String, in target: Namespace
  ) throws {
    let receiver = try target.inside {
      try Socket(SOCK_DGRAM, bound: SocketAddress(address, port: 0))
    }
    receiver.setBuffers(bytes: 16 << 20)
    receiver.setTimeouts(seconds: 0.5)
    let any = address.contains(":") ? "::" : "0.0.0.0"
    let peer = try SocketAddress(address, port: receiver.port())
    let sender = try source.inside {
      let socket = try Socket(SOCK_DGRAM, bound: SocketAddress(any, port: 0))
      socket.setBuffers(bytes: 4 << 20)
      try socket.connect(to: peer)
      return socket
    }
    var missing = Set(sizes)
    var damaged: Set<Int> = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    for _ in 0..<tries where !missing.isEmpty {
      let ordered = missing.sorted()
      for start in stride(from: 0, to: ordered.count, by: 32) {
        let part = ordered[start..<min(start + 32, ordered.count)]
        for size in part {
          let bytes = Self.bytes(size)
          send(sender.raw, bytes, size, 0)
        }
        for _ in part {
          let length = recv(receiver.raw, &buffer, buffer.count, 0)
          if length < 0 { break }
          if buffer[..<length].elementsEqual(Self.bytes(length)) {
            missing.remove(length)
          } else {
            damaged.insert(length)
          }
        }
      }
    }
    self.missing = missing
    self.damaged = damaged
  }

  /// The bytes of the datagram of a size: told from that size alone, and different for each.
  private static func bytes(_ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: size &* 31 &+ $0 &* 7 &+ $0 >> 8) }
  }
}
