import CFastun
import Glibc

/// Somebody who sends a tunnel message 1 of ever new handshakes, as fast as is asked for, and never
/// goes on with one.
package struct HandshakeFlood: Sendable {
  /// Of a UDP payload: type, indices, ephemeral key, padding, no cookie (docs/WIRE.md).
  package static let messageSize = 240
  /// IPv4 and UDP.
  private static let headers = 20 + 8

  private let socket: Socket
  /// Bytes before the message that are ours to write; 0: the kernel does.
  private let offset: Int
  private let source: String
  private let target: String
  private let port: Int

  /// Sends from an address of a namespace, and a port that the kernel chooses, to a host.
  package init(
    from namespace: Namespace, address: String, to target: String,
    port: Int = TunnelOptions.port
  ) throws {
    let peer = try SocketAddress(target, port: UInt16(port))
    socket = try namespace.inside {
      let socket = try Socket(SOCK_DGRAM, bound: SocketAddress(address, port: 0))
      try socket.connect(to: peer)
      return socket
    }
    (offset, source, self.target, self.port) = (0, address, target, port)
  }

  /// Sends in the name of whoever has the tunnel's port at an address.
  package init(
    from namespace: Namespace, inTheNameOf address: String, to target: String,
    port: Int = TunnelOptions.port
  ) throws {
    let peer = try SocketAddress(target, port: 0)
    socket = try namespace.inside {
      // With IPPROTO_RAW the header is the sender's to write.
      let raw = Glibc.socket(
        AF_INET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(IPPROTO_RAW))
      guard raw >= 0 else { throw Socket.failure("raw socket") }
      let socket = Socket(raw: raw)
      try socket.connect(to: peer)
      return socket
    }
    (offset, source, self.target, self.port) = (Self.headers, address, target, port)
  }

  /// Sends `rate` a second for `seconds`; how many the kernel took. Pauses that the machine makes
  /// are made up for, so that the rate holds.
  package func run(rate: Int, seconds: Double) throws -> Int {
    socket.setBuffers(bytes: 4 << 20)
    let batch = DatagramBatch(room: offset + Self.messageSize)
    for index in 0..<DatagramBatch.capacity { try prepare(batch.bytes(index)) }
    var random = SplitMix(seed: 1)
    let total = Int(Double(rate) * seconds)
    let start = Deadline.now
    var (due, sent, index) = (0, 0, 0)
    _ = ft_exact_timers()
    while due < total {
      let until = min(total, Int(Double(Deadline.now - start) * Double(rate) / 1e9) + 1)
      while due < until {
        let count = min(until - due, DatagramBatch.capacity)
        for slot in 0..<count {
          index += 1
          Self.renew(batch.bytes(slot), at: offset, index: UInt32(index), &random)
        }
        var (done, failures) = (0, 0)
        // Where nobody listens, an earlier one's ICMP error fails a send: the next is for real.
        while done < count, failures < 2 {
          let taken = batch.send(done, count, on: socket)
          if taken > 0 { done += taken } else { failures += 1 }
        }
        sent += done
        due += count
      }
      Deadline.sleep(until: start + UInt64(Double(due) * 1e9 / Double(rate)))
    }
    return sent
  }

  /// Writes all that stays the same.
  private func prepare(_ datagram: UnsafeMutableRawBufferPointer) throws {
    func put(_ value: Int, at position: Int) {
      datagram.storeBytes(of: UInt16(value).bigEndian, toByteOffset: position, as: UInt16.self)
    }
    if offset > 0 {
      // IPv4: no options, 64 hops, UDP. The kernel fills in length, number and checksum.
      datagram[0] = 0x45
      datagram[8] = 64
      datagram[9] = 17
      for (text, position) in [(source, 12), (target, 16)] {
        guard inet_pton(AF_INET, text, datagram.baseAddress! + position) == 1 else {
          throw TestbedError("\(text) is no IPv4 address")
        }
      }
      // UDP: from the tunnel's port, no checksum.
      put(TunnelOptions.port, at: 20)
      put(port, at: 22)
      put(8 + Self.messageSize, at: 24)
    }
    datagram[offset] = 1
    datagram[offset + 2] = 1
  }

  /// Gives a message an index and an ephemeral key that none before had.
  private static func renew(
    _ datagram: UnsafeMutableRawBufferPointer, at offset: Int, index: UInt32,
    _ random: inout SplitMix
  ) {
    datagram.storeBytes(of: index.littleEndian, toByteOffset: offset + 8, as: UInt32.self)
    for word in 0..<4 {
      datagram.storeBytes(
        of: random.next(), toByteOffset: offset + 16 + 8 * word, as: UInt64.self)
    }
  }
}
