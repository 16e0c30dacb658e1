import Glibc

/// A file's worth of bytes over one TCP connection, digested at both ends.
package struct Transfer: Sendable {
  /// SHA-256 of what was written and of what was read.
  package let sent: String
  package let received: String
  /// Bytes that were read, and the seconds that took.
  package let bytes: Int
  package let seconds: Double

  /// Sends `bytes` of a payload kind from one namespace to an address in another, and waits for all
  /// of it. Throws where the connection fails or stands still for `stall` seconds.
  package init(
    bytes: Int, of kind: Payload, from source: Namespace, to address: String, in target: Namespace,
    stall: Double = 20
  ) throws {
    let start = Deadline.now
    let connection = try TCPConnection(from: source, to: address, in: target)
    connection.client.setTimeouts(seconds: stall)
    connection.server.setTimeouts(seconds: stall)
    let sender = Background { try Self.send(bytes, of: kind, on: connection.client) }
    let receiver = Background { try Self.receive(on: connection.server) }
    sent = try sender.value()
    (received, self.bytes) = try receiver.value()
    seconds = Double(Deadline.now - start) / 1e9
  }

  private static func send(_ total: Int, of kind: Payload, on socket: Socket) throws -> String {
    let digest = try Digest()
    var block = kind.bytes(count: 1 << 20)
    var sent = 0
    try block.withUnsafeMutableBytes { block in
      while sent < total {
        // Stamped, so that a block delivered twice or at another's place changes the digest.
        for offset in stride(from: 0, to: block.count, by: 4096) {
          block.storeBytes(of: UInt64(sent + offset), toByteOffset: offset, as: UInt64.self)
        }
        let size = min(block.count, total - sent)
        let part = UnsafeRawBufferPointer(rebasing: block[..<size])
        digest.update(part)
        var done = 0
        while done < size {
          let count = Glibc.send(
            socket.raw, part.baseAddress! + done, size - done, Int32(MSG_NOSIGNAL))
          guard count > 0 else { throw Socket.failure("send, after \(sent + done) bytes") }
          done += count
        }
        sent += size
      }
    }
    shutdown(socket.raw, Int32(SHUT_WR))
    return try digest.finish()
  }

  private static func receive(on socket: Socket) throws -> (String, Int) {
    let digest = try Digest()
    var received = 0
    try withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 64) { buffer in
      while true {
        let count = recv(socket.raw, buffer.baseAddress!, buffer.count, 0)
        guard count >= 0 else { throw Socket.failure("receive, after \(received) bytes") }
        if count == 0 { return }
        digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        received += count
      }
    }
    return (try digest.finish(), received)
  }
}
