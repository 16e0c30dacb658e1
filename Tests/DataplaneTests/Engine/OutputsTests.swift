import CFastun
import Glibc
import Testing

@testable import Dataplane
@testable import Testbed

/// Sends through real sockets, where the kernel refuses what it usually takes.
@Suite(
  "Outputs", .enabled(if: Testbed.missing == nil, "\(Testbed.missing ?? "")"), .serialized)
struct OutputsTests {
  /// A connected pair of UDP sockets in a namespace of its own.
  private struct Path {
    let sender: Socket
    let receiver: Socket

    init(in namespace: Namespace) throws {
      (sender, receiver) = try namespace.inside {
        let receiver = try Socket(SOCK_DGRAM, bound: Testbed::SocketAddress("127.0.0.1", port: 0))
        let sender = try Socket(SOCK_DGRAM, bound: Testbed::SocketAddress("127.0.0.1", port: 0))
        try sender.connect(to: Testbed::SocketAddress("127.0.0.1", port: receiver.port()))
        return (sender, receiver)
      }
    }

    /// The next datagram; empty where there is none.
    func receive() -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: 2_048)
      let length = recv(receiver.raw, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      return length > 0 ? Array(bytes[..<length]) : []
    }
  }

  /// A train of three datagrams, 100, 100 and 30 bytes long, each filled with its number.
  private func train(_ memory: LaneMemory) throws -> Int {
    let slot = try #require(memory.trains.take())
    memory.trains[slot].reset()
    for (number, length) in [(1, 100), (2, 100), (3, 30)] {
      let datagram = memory.trains[slot].wire.slice(memory.trains[slot].length, length)
      for index in 0..<length { datagram[index] = UInt8(number) }
      memory.trains[slot].length += length
    }
    memory.trains[slot].datagrams = 3
    memory.trains[slot].segment = 100
    memory.trains[slot].prepare()
    return slot
  }

  @Test("A train that the kernel will not segment goes out datagram by datagram")
  func apart() throws {
    let namespace = try Namespace()
    defer { namespace.remove() }
    let path = try Path(in: namespace)
    // Without checksums the kernel segments nothing (udp_send_skb of net/ipv4/udp.c).
    #expect(ft_setsockopt_int(path.sender.raw, SOL_SOCKET, SO_NO_CHECK, 1) == 0)
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let counters = Counters()
    defer { counters.deallocate() }
    var outputs = Outputs(
      memory: memory, counters: counters, queue: -1, socket: path.sender.raw, trainLimit: 64)

    #expect(outputs.send(try train(memory)))

    #expect(path.receive() == [UInt8](repeating: 1, count: 100))
    #expect(path.receive() == [UInt8](repeating: 2, count: 100))
    #expect(path.receive() == [UInt8](repeating: 3, count: 30))
    #expect(path.receive().isEmpty)
    #expect(counters[.datagramsSent] == 3)
    #expect(counters[.datagramBytesSent] == 230)
    #expect(counters[.trainsSent] == 1)
    #expect(counters[.dropSendError] == 0)
  }

  @Test(
    "An ICMP error of an earlier train, which anybody can forge, costs no train",
    arguments: [nil, "admin-prohibited", "host-unreachable", "prot-unreachable", "net-prohibited"])
  func refused(reason: String?) throws {
    let namespace = try Namespace()
    defer { namespace.remove() }
    if let reason {
      try namespace.run("nft add table ip t")
      try namespace.run([
        "nft", "add chain ip t in { type filter hook input priority 0 ; }",
      ])
      try namespace.run("nft add rule ip t in udp dport 9 reject with icmp type \(reason)")
    }
    let socket = try namespace.inside {
      let socket = try Socket(SOCK_DGRAM, bound: Testbed::SocketAddress("127.0.0.1", port: 0))
      try socket.connect(to: Testbed::SocketAddress("127.0.0.1", port: 9))
      return socket
    }
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let counters = Counters()
    defer { counters.deallocate() }
    var outputs = Outputs(
      memory: memory, counters: counters, queue: -1, socket: socket.raw, trainLimit: 64)

    // The first is sent; the answer is what the second call gets, which is tried again.
    #expect(outputs.send(try train(memory)))
    #expect(outputs.send(try train(memory)))
    // And where it goes out datagram by datagram, each of which is answered.
    #expect(ft_setsockopt_int(socket.raw, SOL_SOCKET, SO_NO_CHECK, 1) == 0)
    #expect(outputs.send(try train(memory)))

    #expect(counters[.datagramsSent] == 9)
    #expect(counters[.dropSendRefused] == 0)
    #expect(counters[.dropSendError] == 0)
  }
}
