import CFastun
import Glibc
import Synchronization

/// What passes a device, both ways, byte for byte: somebody who listens on the wire.
package final class Capture {
  private let thread: Background<[UInt8]>
  private let isStopping = Stop()

  private final class Stop: Sendable {
    let flag = Atomic(false)
  }

  /// Listens until ``stop()``, and keeps the first `limit` bytes.
  package init(of device: String, in namespace: Namespace, limit: Int) throws {
    let socket = try namespace.inside {
      let socket = Socket(raw: ft_packet_socket(device))
      guard socket.raw >= 0 else { throw Socket.failure("packet socket on \(device)") }
      return socket
    }
    socket.setBuffers(bytes: 64 << 20)
    socket.setTimeouts(seconds: 0.02)
    let isStopping = isStopping
    thread = Background {
      var bytes = [UInt8](repeating: 0, count: limit + 65_536)
      var length = 0
      while !isStopping.flag.load(ordering: .relaxed) {
        // Beyond the limit frames are read into the room behind it, and forgotten.
        let count = bytes.withUnsafeMutableBytes {
          recv(socket.raw, $0.baseAddress! + length, 65_536, 0)
        }
        if count > 0 { length = min(limit, length + count) }
      }
      return Array(bytes[..<length])
    }
  }

  /// Ends it; the bytes of all frames, one behind the other.
  package func stop() throws -> [UInt8] {
    isStopping.flag.store(true, ordering: .relaxed)
    return try thread.value()
  }

  /// The first of some needles that stands in a haystack; nil where none does.
  package static func first(of needles: [[UInt8]], in haystack: [UInt8]) -> [UInt8]? {
    needles.first { memmem(haystack, haystack.count, $0, $0.count) != nil }
  }
}
