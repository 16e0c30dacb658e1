import CFastun
import Glibc
import Synchronization
import Testing

@testable import Dataplane

@Suite(.enabled(if: Host.isRoot, "needs root"))
struct LaneSocketTests {
  private static let loopback: [IPAddress] = [.v4(0x7f00_0001), .v6(high: 0, low: 1)]

  @Test(arguments: loopback)
  func portInUseIsRefusedToEverybody(address: IPAddress) throws {
    try inNamespace {
      let local = SocketAddress(address, port: 4_000)
      let remote = SocketAddress(address, port: 5_000)
      let first = try LaneSocket(local: local, remote: remote)
      let error = #expect(throws: SystemError.self) { try LaneSocket(local: local, remote: remote) }
      #expect(error == SystemError("bind \(local)", code: EADDRINUSE))
      // Not even to those who would share.
      let other = try Plain(address, sharing: true)
      #expect(other.bind(4_000) == EADDRINUSE)
      withExtendedLifetime(first) {}
    }
  }

  @Test(arguments: loopback)
  func peersAndStrangersDatagramsPart(address: IPAddress) throws {
    try inNamespace {
      let local = SocketAddress(address, port: 4_000)
      let lane = try LaneSocket(local: local, remote: SocketAddress(address, port: 5_000))
      let (peer, stranger) = (try Plain(address), try Plain(address))
      #expect(peer.bind(5_000) == 0)
      #expect(stranger.bind(6_000) == 0)
      #expect(peer.send("peer", to: local) == 4)
      #expect(stranger.send("stranger", to: local) == 8)
      var bytes = [UInt8](repeating: 0, count: 16)
      #expect(recv(lane.peer.raw, &bytes, bytes.count, 0) == 4)
      #expect(recv(lane.peer.raw, &bytes, bytes.count, 0) == -1)
      let found = try #require(lane.nextStranger(&bytes))
      #expect(found.source == SocketAddress(address, port: 6_000))
      #expect(bytes.prefix(found.length).elementsEqual("stranger".utf8))
      #expect(lane.nextStranger(&bytes) == nil)

      lane.send(Array("answer".utf8), to: found.source)
      #expect(recv(stranger.raw, &bytes, bytes.count, 0) == 6)
      #expect(lane.local == local)
    }
  }

  @Test(arguments: loopback)
  func optionsStand(address: IPAddress) throws {
    try inNamespace {
      let lane = try LaneSocket(
        local: SocketAddress(address, port: 4_000), remote: SocketAddress(address, port: 5_000))
      let raw = lane.peer.raw
      #expect(lane.notes == [])
      #expect(lane.segmentsTrains)
      // IPv4 packets end at 65,535 bytes, whatever the device takes.
      #expect(lane.pathMTU == (address.family == AF_INET ? 65_535 : 65_536))
      #expect(ft_getsockopt_int(raw, SOL_SOCKET, SO_RCVBUF) == 2 * 16 << 20)
      #expect(ft_getsockopt_int(raw, SOL_SOCKET, SO_SNDBUF) == 2 * 8 << 20)
      for option in [SO_REUSEADDR, SO_REUSEPORT] {
        #expect(ft_getsockopt_int(raw, SOL_SOCKET, option) == 0)
        #expect(ft_getsockopt_int(lane.strangers.raw, SOL_SOCKET, option) == 0)
      }
      // Packets are never cut, whatever routers say of the path (ip(7), ipv6(7)).
      let discovery =
        address.family == AF_INET
        ? ft_getsockopt_int(raw, Int32(IPPROTO_IP), IP_MTU_DISCOVER)
        : ft_getsockopt_int(raw, Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER)
      #expect(discovery == IP_PMTUDISC_PROBE && discovery == IPV6_PMTUDISC_PROBE)
      #expect(ft_getsockopt_int(raw, FT_SOL_UDP, FT_UDP_GRO) == 1)
      #expect(fcntl(raw, F_GETFL) & O_NONBLOCK != 0)
      #expect(fcntl(raw, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test(arguments: loopback)
  func trainsAreLeftOut(address: IPAddress) throws {
    try inNamespace {
      let lane = try LaneSocket(
        local: SocketAddress(address, port: 4_000), remote: SocketAddress(address, port: 5_000),
        trains: false)
      #expect(lane.notes == [])
      #expect(!lane.segmentsTrains)
      #expect(ft_getsockopt_int(lane.peer.raw, FT_SOL_UDP, FT_UDP_GRO) == 0)
    }
  }

  @Test func noRouteIsAnError() throws {
    try inNamespace {
      let error = #expect(throws: SystemError.self) {
        try LaneSocket(
          local: SocketAddress(.v4(0), port: 4_000),
          remote: SocketAddress(.v4(0xc000_0202), port: 4_000))
      }
      #expect(error == SystemError("connect 192.0.2.2:4000", code: ENETUNREACH))
    }
  }

  @Test("Connected anew, a lane hears the new peer only; without a route it stays where it is")
  func connectedAnew() throws {
    try inNamespace {
      let loopback = IPAddress.v4(0x7f00_0001)
      for own in [IPAddress.v4(0), loopback] {
        let lane = try LaneSocket(
          local: SocketAddress(own, port: 4_000), remote: SocketAddress(loopback, port: 5_000))
        #expect(lane.choosesSource == own.isUnspecified)
        let (old, new) = (try Plain(loopback), try Plain(loopback))
        #expect(old.bind(5_000) == 0)
        #expect(new.bind(6_000) == 0)
        var bytes = [UInt8](repeating: 0, count: 16)
        /// Who of them the lane hears, and who is a stranger.
        func heard() -> (peer: String, stranger: String) {
          let local = SocketAddress(loopback, port: 4_000)
          #expect(old.send("old", to: local) == 3)
          #expect(new.send("new", to: local) == 3)
          #expect(recv(lane.peer.raw, &bytes, bytes.count, 0) == 3)
          let peer = String(decoding: bytes.prefix(3), as: UTF8.self)
          #expect(recv(lane.peer.raw, &bytes, bytes.count, 0) == -1)
          #expect(lane.nextStranger(&bytes)?.length == 3)
          return (peer, String(decoding: bytes.prefix(3), as: UTF8.self))
        }
        let nowhere = SocketAddress(.v4(0xc000_0202), port: 6_000)
        LaneSocket.connect(lane.peer.raw, to: nowhere, choosesSource: lane.choosesSource)
        #expect(heard() == ("old", "new"))
        #expect(!lane.isUnconnected)
        LaneSocket.connect(
          lane.peer.raw, to: SocketAddress(loopback, port: 6_000),
          choosesSource: lane.choosesSource)
        #expect(heard() == ("new", "old"))
        #expect(ft_disconnect(lane.peer.raw) == 0)
        #expect(lane.isUnconnected)
      }
    }
  }

  @Test("While a lane's sockets are made, no other user gets at their port", arguments: loopback)
  func portIsOursAlone(address: IPAddress) throws {
    let rounds = 1_000
    let roles = Atomic(0)
    let current = Atomic(0)
    let stolen = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    @Sendable func port(_ round: Int) -> UInt16 { UInt16(4_000 + round) }
    @Sendable func intrude(_ round: Int) throws {
      // Not before the port is taken: earlier it is anybody's.
      while try Plain(address).bind(port(round)) == 0 {
        guard current.load(ordering: .acquiring) == round else { return }
      }
      let intruder = try Plain(address, sharing: true)
      while current.load(ordering: .acquiring) == round {
        guard intruder.bind(port(round)) == 0 else { continue }
        // Later it is anybody's again.
        if current.load(ordering: .acquiring) == round { stolen.add(1, ordering: .relaxed) }
        return
      }
    }
    try inNamespace {
      concurrently(2) {
        do {
          if roles.add(1, ordering: .relaxed).oldValue == 0 {
            becomeNobody()
            while true {
              let round = current.load(ordering: .acquiring)
              if round == rounds { break }
              try intrude(round)
              while current.load(ordering: .acquiring) == round {}
            }
          } else {
            var lane: LaneSocket?
            defer { current.store(rounds, ordering: .releasing) }
            for round in 0..<rounds {
              current.store(round, ordering: .releasing)
              lane = try LaneSocket(
                local: SocketAddress(address, port: port(round)),
                remote: SocketAddress(address, port: 3_000))
            }
            _ = lane
          }
        } catch {
          failure.withLock { $0 = error }
        }
      }
    }
    #expect(failure.withLock { $0 } == nil)
    #expect(stolen.load(ordering: .relaxed) == 0)
  }

  @Test("While a lane's socket is made, it hears no stranger", arguments: loopback)
  func deafWhileMade(address: IPAddress) throws {
    let local = SocketAddress(address, port: 4_000)
    let heard = try underFlood(of: local) {
      try (0..<500).filter { _ in
        try Self.hears(LaneSocket(local: local, remote: SocketAddress(address, port: 5_000)))
      }
    }
    #expect(heard.count <= Self.late)
  }

  @Test("While a lane's socket is connected anew, it hears no stranger", arguments: loopback)
  func deafWhileConnectedAnew(address: IPAddress) throws {
    let any: IPAddress = address.family == AF_INET ? .v4(0) : .v6(high: 0, low: 0)
    let heard = try underFlood(of: SocketAddress(address, port: 4_000)) {
      let lane = try LaneSocket(
        local: SocketAddress(any, port: 4_000), remote: SocketAddress(address, port: 5_000))
      return (0..<1_000).filter { round in
        LaneSocket.connect(
          lane.peer.raw, to: SocketAddress(address, port: 5_000 + UInt16(round % 2)),
          choosesSource: lane.choosesSource)
        return Self.hears(lane)
      }
    }
    #expect(heard.count <= Self.late)
  }

  /// How many may be heard all the same: those that the kernel found the socket for while it was not
  /// connected, and that were held up on their way until it heard again. No filter is any help against
  /// these few; without one it is hundreds.
  private static let late = 4

  /// Whether anything came to the peer's socket.
  private static func hears(_ lane: LaneSocket) -> Bool {
    var byte: UInt8 = 0
    return recv(lane.peer.raw, &byte, 1, 0) >= 0
  }

  /// Runs `body` in a namespace in which another thread sends to `local` without a break, from a
  /// stranger's socket.
  private func underFlood<Value: Sendable>(
    of local: SocketAddress, _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    let roles = Atomic(0)
    let hasBegun = Atomic(false)
    let isOver = Atomic(false)
    let result = Mutex<Result<Value, any Error>?>(nil)
    try inNamespace {
      let stranger = try Plain(local.address)
      try #require(stranger.bind(6_000) == 0)
      concurrently(2) {
        if roles.add(1, ordering: .relaxed).oldValue == 0 {
          repeat {
            _ = stranger.send("stranger", to: local)
            hasBegun.store(true, ordering: .relaxed)
          } while !isOver.load(ordering: .relaxed)
        } else {
          while !hasBegun.load(ordering: .relaxed) { sched_yield() }
          let outcome = Result { try body() }
          result.withLock { $0 = outcome }
          isOver.store(true, ordering: .relaxed)
        }
      }
    }
    return try #require(result.withLock { $0 }).get()
  }
}

/// Files that this thread makes, sockets among them, are another user's from here on. The C library's setfsuid(2),
/// whose header Swift's module of it leaves out.
private func becomeNobody() {
  let symbol = dlsym(nil, "setfsuid")!
  _ = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)(65_534)
}

/// A UDP socket without any of a lane's options.
private struct Plain {
  private let descriptor: Descriptor
  private let address: IPAddress
  var raw: Int32 { descriptor.raw }

  /// `sharing`: its port, with everybody who lets it.
  init(_ address: IPAddress, sharing: Bool = false) throws {
    self.address = address
    descriptor = Descriptor(socket(address.family, Int32(SOCK_DGRAM.rawValue), 0))
    try #require(descriptor.raw >= 0)
    guard sharing else { return }
    for option in [SO_REUSEADDR, SO_REUSEPORT] {
      try #require(ft_setsockopt_int(descriptor.raw, SOL_SOCKET, option, 1) == 0)
    }
  }

  /// 0 or an errno.
  func bind(_ port: UInt16) -> Int32 {
    var storage = sockaddr_storage()
    let length = ft_sockaddr_put(&storage, address.family, address.bytes, port, 0)
    return ft_bind(descriptor.raw, &storage, length) == 0 ? 0 : errno
  }

  /// Bytes sent.
  func send(_ text: String, to remote: SocketAddress) -> Int {
    var storage = sockaddr_storage()
    let length = ft_sockaddr_put(&storage, address.family, address.bytes, remote.port, 0)
    guard ft_connect(descriptor.raw, &storage, length) == 0 else { return -1 }
    return Glibc.send(descriptor.raw, text, text.utf8.count, 0)
  }
}
