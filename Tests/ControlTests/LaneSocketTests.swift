import CFastun
import Glibc
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
      let other = try Plain(address, reuse: true)
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
      #expect(ft_getsockopt_int(raw, SOL_SOCKET, SO_REUSEADDR) == 0)
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
        LaneSocket.connect(
          lane.peer.raw, to: SocketAddress(loopback, port: 6_000),
          choosesSource: lane.choosesSource)
        #expect(heard() == ("new", "old"))
      }
    }
  }
}

/// A UDP socket without any of a lane's options.
private struct Plain {
  private let descriptor: Descriptor
  private let address: IPAddress
  var raw: Int32 { descriptor.raw }

  init(_ address: IPAddress, reuse: Bool = false) throws {
    self.address = address
    descriptor = Descriptor(socket(address.family, Int32(SOCK_DGRAM.rawValue), 0))
    try #require(descriptor.raw >= 0)
    if reuse { _ = ft_setsockopt_int(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, 1) }
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
