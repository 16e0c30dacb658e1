import Glibc
import Synchronization

/// TCP streams that send as much as goes through until they are stopped.
package final class TCPLoad {
  /// Bytes per write, as iperf3 does.
  package static let writeSize = 128 << 10
  /// Bytes before the payload repeats: far more than LZ4 looks back.
  static let payloadSize = 16 << 20

  private let connections: [TCPConnection]
  private var threads: [Background<Void>] = []
  private let total: Total

  private final class Total: Sendable {
    let bytes = Atomic(0)
  }

  /// Connects `streams` times from `source` to `address` in `target`, and starts sending.
  package init(
    from source: Namespace, to address: String, in target: Namespace, streams: Int = 1,
    payload: [UInt8]
  ) throws {
    precondition(payload.count % Self.writeSize == 0, "whole writes only")
    let total = Total()
    self.total = total
    connections = try (0..<streams).map { _ in
      try TCPConnection(from: source, to: address, in: target)
    }
    for connection in connections {
      connection.client.setTimeouts(seconds: 0)
      threads.append(Background { Self.send(payload, on: connection.client) })
      threads.append(Background { Self.receive(on: connection.server, into: total) })
    }
  }

  /// Bytes that all receivers have read so far.
  package var received: Int { total.bytes.load(ordering: .relaxed) }

  /// Ends all streams and waits for their threads.
  package func stop() {
    for connection in connections {
      shutdown(connection.client.raw, Int32(SHUT_RDWR))
      shutdown(connection.server.raw, Int32(SHUT_RDWR))
    }
    for thread in threads { try? thread.value() }
  }

  /// The payload for loads: one write of zeros, or enough of the other kinds that no repetition
  /// shows.
  package static func payload(_ kind: Payload) -> [UInt8] {
    kind.bytes(count: kind == .zeros ? writeSize : payloadSize)
  }

  private static func send(_ payload: [UInt8], on socket: Socket) {
    payload.withUnsafeBytes { bytes in
      var offset = 0
      while true {
        let count = min(writeSize, bytes.count - offset)
        let sent = Glibc.send(socket.raw, bytes.baseAddress! + offset, count, Int32(MSG_NOSIGNAL))
        if sent <= 0 { return }
        offset += sent
        if offset == bytes.count { offset = 0 }
      }
    }
  }

  private static func receive(on socket: Socket, into total: Total) {
    withUnsafeTemporaryAllocation(byteCount: writeSize, alignment: 64) { buffer in
      while true {
        let count = recv(socket.raw, buffer.baseAddress!, buffer.count, 0)
        if count <= 0 { return }
        total.bytes.add(count, ordering: .relaxed)
      }
    }
  }
}
