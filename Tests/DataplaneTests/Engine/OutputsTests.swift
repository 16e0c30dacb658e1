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

  /// A lane whose peer takes nothing: sockets of this kind hold few datagrams, and say so as UDP's do.
  private struct Blocked {
    let lane: LaneOutputs
    let peer: Descriptor
    private let socket: Descriptor
    private let wake: Descriptor

    init() throws {
      var pair: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &pair) == 0)
      (socket, peer, wake) = (Descriptor(pair[0]), Descriptor(pair[1]), try Descriptor.event())
      lane = try LaneOutputs(socket: socket.raw)
    }

    var engine: PollEngine { PollEngine(lane.outputs, wake: wake.raw) }
  }

  @Test("A train that the kernel will not segment goes out datagram by datagram")
  func apart() throws {
    let namespace = try Namespace()
    defer { namespace.remove() }
    let path = try Path(in: namespace)
    // Without checksums the kernel segments nothing (udp_send_skb of net/ipv4/udp.c).
    #expect(ft_setsockopt_int(path.sender.raw, SOL_SOCKET, SO_NO_CHECK, 1) == 0)
    let lane = try LaneOutputs(socket: path.sender.raw)

    #expect(lane.outputs.send(try train(lane.memory)))

    #expect(path.receive() == [UInt8](repeating: 1, count: 100))
    #expect(path.receive() == [UInt8](repeating: 2, count: 100))
    #expect(path.receive() == [UInt8](repeating: 3, count: 30))
    #expect(path.receive().isEmpty)
    #expect(lane.counters[.datagramsSent] == 3)
    #expect(lane.counters[.datagramBytesSent] == 230)
    #expect(lane.counters[.trainsSent] == 1)
    #expect(lane.counters[.dropSendError] == 0)
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
    let lane = try LaneOutputs(socket: socket.raw)

    // The first is sent; the answer is what the second call gets, which is tried again.
    #expect(lane.outputs.send(try train(lane.memory)))
    #expect(lane.outputs.send(try train(lane.memory)))
    // And where it goes out datagram by datagram, each of which is answered.
    #expect(ft_setsockopt_int(socket.raw, SOL_SOCKET, SO_NO_CHECK, 1) == 0)
    #expect(lane.outputs.send(try train(lane.memory)))

    #expect(lane.counters[.datagramsSent] == 9)
    #expect(lane.counters[.dropSendRefused] == 0)
    #expect(lane.counters[.dropSendError] == 0)
  }

  @Test("A train that is too long for one send goes out datagram by datagram")
  func tooLong() throws {
    let namespace = try Namespace()
    defer { namespace.remove() }
    let path = try Path(in: namespace)
    let lane = try LaneOutputs(socket: path.sender.raw)

    // EMSGSIZE; newer kernels say so of datagrams, too, that are too long for the path.
    #expect(lane.outputs.send(try train(lane.memory, Array(repeating: 1_400, count: 47))))

    let received = (0..<47).map { _ in path.receive() }
    #expect(received.map(\.count) == Array(repeating: 1_400, count: 47))
    #expect(received.compactMap(\.last) == Array(1...47))
    #expect(path.receive().isEmpty)
    #expect(lane.counters[.datagramsSent] == 47)
    #expect(lane.counters[.datagramBytesSent] == 47 * 1_400)
    #expect(lane.counters[.trainsSent] == 1)
    #expect(lane.counters[.dropSendError] == 0)
    // Only this one was: the next goes in one send.
    #expect(lane.outputs.trainLimit == 64)
  }

  @Test("What a port refuses that is closed for good is counted")
  func refusedForGood() throws {
    // UDP's errors come when ICMP does, so none is sure to come between two calls. Netlink refuses each
    // send to a number that nobody has: here the kernel's, of a protocol that is for programs alone.
    let programsOnly: Int32 = 2  // NETLINK_USERSOCK
    let socket = Descriptor(Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), programsOnly))
    try #require(socket.raw >= 0)
    let lane = try LaneOutputs(socket: socket.raw)

    #expect(lane.outputs.send(try train(lane.memory)))

    #expect(lane.counters[.dropSendRefused] == 3)
    #expect(lane.counters[.dropSendError] == 0)
    #expect(lane.counters[.datagramsSent] == 0 && lane.counters[.trainsSent] == 0)
    withExtendedLifetime(socket) {}
  }

  @Test("What the device does not take is counted", arguments: [false, true])
  func deviceRefuses(isOpen: Bool) throws {
    // Open, but for reading alone.
    let queue = isOpen ? Descriptor(ft_open("/dev/null", O_RDONLY | O_CLOEXEC)) : nil
    let lane = try LaneOutputs(queue: queue?.raw ?? -1)
    let slot = try #require(lane.memory.writes.take())
    lane.memory.writes[slot].reset()
    lane.memory.writes[slot].gather.append(lane.memory.writes[slot].head.slice(0, 50))
    lane.memory.writes[slot].packets = 4

    lane.outputs.write(slot)

    #expect(lane.counters[.dropDeviceWrite] == 4)
    #expect(
      lane.counters[.deviceWrites] == 0 && lane.counters[.packetsIn] == 0
        && lane.counters[.bytesIn] == 0)
    withExtendedLifetime(queue) {}
  }

  @Test(
    "Where nothing goes out, one wait of a second is all that a lane spends on it, until something does",
    arguments: [false, true])
  func stuck(isNoticed: Bool) throws {
    let blocked = try Blocked()
    let lane = blocked.lane
    var engine = blocked.engine
    let fill = { (engine: inout PollEngine) in
      while let slot = lane.memory.trains.take() {
        lane.memory.trains.giveBack(slot)
        engine.send(try self.train(lane.memory))
      }
    }
    let seconds = { (engine: inout PollEngine, times: Int) in
      let start = Deadline.now
      for _ in 0..<times {
        let slot = engine.takeTrain()
        #expect(slot == nil)
      }
      return Double(Deadline.now - start) / 1e9
    }
    try fill(&engine)
    let (first, others) = (seconds(&engine, 1), seconds(&engine, 1_000))
    #expect(first >= 0.9 && others < first)

    // Room for a train and more.
    var byte: UInt8 = 0
    for _ in 0..<4 { #expect(recv(blocked.peer.raw, &byte, 1, 0) == 1) }
    if isNoticed {
      engine.sendWaiting()
    } else {
      let slot = engine.takeTrain()
      lane.memory.trains.giveBack(try #require(slot))
    }
    try fill(&engine)
    #expect(seconds(&engine, 1) >= 0.9)
    engine.finish()
    withExtendedLifetime(blocked) {}
  }

  @Test("Trains that still wait when their lane ends are counted")
  func leftAtTheEnd() throws {
    let blocked = try Blocked()
    let lane = blocked.lane
    var engine = blocked.engine
    var trains: UInt64 = 0
    while engine.outputs.waiting.isEmpty, let slot = try? train(lane.memory) {
      engine.send(slot)
      trains += 1
    }
    engine.send(try train(lane.memory))
    trains += 1
    try #require(engine.outputs.waiting.count == 2)

    engine.finish()

    #expect(engine.outputs.waiting.isEmpty)
    #expect(lane.counters[.trainsSent] == trains - 2)
    #expect(lane.counters[.dropSendError] == 6)
    #expect(lane.counters.sendError == EAGAIN)
    withExtendedLifetime(blocked) {}
  }
}
