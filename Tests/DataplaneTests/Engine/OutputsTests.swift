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

  /// A train of datagrams of these lengths, each filled with its number.
  private func train(_ memory: LaneMemory, _ lengths: [Int] = [100, 100, 30]) throws -> Int {
    let slot = try #require(memory.trains.take())
    memory.trains[slot].reset()
    for (number, length) in zip(1..., lengths) {
      let datagram = memory.trains[slot].wire.slice(memory.trains[slot].length, length)
      for index in 0..<length { datagram[index] = UInt8(number) }
      memory.trains[slot].length += length
    }
    memory.trains[slot].datagrams = lengths.count
    memory.trains[slot].segment = lengths[0]
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

  @Test("A train that is too long for one send goes out datagram by datagram")
  func tooLong() throws {
    let namespace = try Namespace()
    defer { namespace.remove() }
    let path = try Path(in: namespace)
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let counters = Counters()
    defer { counters.deallocate() }
    var outputs = Outputs(
      memory: memory, counters: counters, queue: -1, socket: path.sender.raw, trainLimit: 64)

    // EMSGSIZE; newer kernels say so of datagrams, too, that are too long for the path.
    #expect(outputs.send(try train(memory, Array(repeating: 1_400, count: 47))))

    let received = (0..<47).map { _ in path.receive() }
    #expect(received.map(\.count) == Array(repeating: 1_400, count: 47))
    #expect(received.compactMap(\.last) == Array(1...47))
    #expect(path.receive().isEmpty)
    #expect(counters[.datagramsSent] == 47)
    #expect(counters[.datagramBytesSent] == 47 * 1_400)
    #expect(counters[.trainsSent] == 1)
    #expect(counters[.dropSendError] == 0)
    // Only this one was: the next goes in one send.
    #expect(outputs.trainLimit == 64)
  }

  @Test("What a port refuses that is closed for good is counted")
  func refusedForGood() throws {
    // UDP's errors come when ICMP does, so none is sure to come between two calls. Netlink refuses each
    // send to a number that nobody has: here the kernel's, of a protocol that is for programs alone.
    let programsOnly: Int32 = 2  // NETLINK_USERSOCK
    let socket = Descriptor(Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), programsOnly))
    try #require(socket.raw >= 0)
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let counters = Counters()
    defer { counters.deallocate() }
    var outputs = Outputs(
      memory: memory, counters: counters, queue: -1, socket: socket.raw, trainLimit: 64)

    #expect(outputs.send(try train(memory)))

    #expect(counters[.dropSendRefused] == 3)
    #expect(counters[.dropSendError] == 0)
    #expect(counters[.datagramsSent] == 0 && counters[.trainsSent] == 0)
    withExtendedLifetime(socket) {}
  }

  @Test("What the device does not take is counted", arguments: [false, true])
  func deviceRefuses(isOpen: Bool) throws {
    // Open, but for reading alone.
    let queue = isOpen ? Descriptor(ft_open("/dev/null", O_RDONLY | O_CLOEXEC)) : nil
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let counters = Counters()
    defer { counters.deallocate() }
    var outputs = Outputs(
      memory: memory, counters: counters, queue: queue?.raw ?? -1, socket: -1, trainLimit: 64)
    let slot = try #require(memory.writes.take())
    memory.writes[slot].reset()
    memory.writes[slot].gather.append(memory.writes[slot].head.slice(0, 50))
    memory.writes[slot].packets = 4

    outputs.write(slot)

    #expect(counters[.dropDeviceWrite] == 4)
    #expect(counters[.deviceWrites] == 0 && counters[.packetsIn] == 0 && counters[.bytesIn] == 0)
    withExtendedLifetime(queue) {}
  }

  @Test("Trains that still wait when their lane ends are counted")
  func leftAtTheEnd() throws {
    // Sockets of this kind hold few datagrams that nobody takes, and say so as UDP's do.
    var pair: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &pair) == 0)
    let (socket, other) = (Descriptor(pair[0]), Descriptor(pair[1]))
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let counters = Counters()
    defer { counters.deallocate() }
    let wake = try Descriptor.event()
    var engine = PollEngine(
      Outputs(
        memory: memory, counters: counters, queue: -1, socket: socket.raw, trainLimit: 64),
      wake: wake.raw)
    var trains: UInt64 = 0
    while engine.outputs.waiting.isEmpty, let slot = try? train(memory) {
      engine.send(slot)
      trains += 1
    }
    engine.send(try train(memory))
    trains += 1
    try #require(engine.outputs.waiting.count == 2)

    engine.finish()

    #expect(engine.outputs.waiting.isEmpty)
    #expect(counters[.trainsSent] == trains - 2)
    #expect(counters[.dropSendError] == 6)
    #expect(counters.sendError == EAGAIN)
    withExtendedLifetime((socket, other, wake)) {}
  }
}
