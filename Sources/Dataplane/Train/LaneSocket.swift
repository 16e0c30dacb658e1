import CFastun
import Glibc

/// The two UDP sockets of one lane: one connected to the peer, and one that catches everybody else.
///
/// Both hold the same local port. The kernel gives a datagram to the socket that matches it best
/// (compute_score of net/ipv4/udp.c), so the connected one sees only the peer's datagrams, and the lane
/// needs no look at their source; strangers' arrive at the other, where the control side counts them.
package struct LaneSocket: Sendable {
  /// Connected to the peer, with UDP_GRO unless trains are not wanted; never fragments
  /// (IP_PMTUDISC_PROBE), nonblocking.
  package let peer: Descriptor
  /// Whether the routing table chooses where datagrams come from: `local` was any address.
  package let choosesSource: Bool
  /// Unconnected: what comes from anybody but the peer, and the way out for handshakes.
  package let strangers: Descriptor
  /// Where datagrams to the peer come from: what the routing table chose where `local` was any address.
  package let local: SocketAddress
  /// Longest IP packet, in bytes, that the path to the peer carries as far as this host knows.
  package let pathMTU: Int
  /// Whether the kernel may be given a train to cut into datagrams (UDP_SEGMENT, Linux 4.18).
  package let segmentsTrains: Bool
  /// What had to be done worse than wished, a line each.
  package let notes: [String]

  /// Receive and send buffers in bytes: the bandwidth-delay product of 10 Gb/s over 10 ms.
  static let receiveBuffer = 16 << 20
  static let sendBuffer = 8 << 20

  /// Opens the lane whose datagrams go from `local` to `remote`, both of one family.
  ///
  /// A port in use is waited for briefly (``teardownPatience``).
  ///
  /// - Parameter remote: nil: the peer is still to come. Then the lane hears nobody (a connection to a port
  ///   of this host where nobody is), everybody is a stranger, and the path is taken for an Ethernet.
  /// - Parameter trains: false: every datagram is sent and received alone, whatever the kernel has.
  /// - Throws: of `bind`: EADDRINUSE, EADDRNOTAVAIL (the address is not this host's) and EACCES (a port
  ///   below net.ipv4.ip_unprivileged_port_start); of `connect`: ENETUNREACH or EHOSTUNREACH (no route).
  package init(
    local: SocketAddress, remote: SocketAddress?, trains: Bool = true
  ) throws(SystemError) {
    choosesSource = local.address.isUnspecified
    strangers = try retrying(while: EADDRINUSE) { () throws(SystemError) in
      try Self.bound(to: local, sharing: false)
    }
    // The port is ours. Sharing is allowed for the one bind that needs it, and forbidden again. Not by
    // SO_REUSEADDR, which lets any user in that is quick: SO_REUSEPORT asks for the same one
    // (udp_lib_lport_inuse of net/ipv4/udp.c), and forbidden again spreads no datagrams.
    try set(strangers, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT")
    peer = try Self.bound(to: local, sharing: true)
    try set(strangers, SOL_SOCKET, SO_REUSEPORT, 0, "SO_REUSEPORT")
    try set(peer, SOL_SOCKET, SO_REUSEPORT, 0, "SO_REUSEPORT")
    // Strangers are read one by one and need no room: what finds none is counted all the same.
    try set(strangers, SOL_SOCKET, SO_RCVBUF, 64 << 10, "SO_RCVBUF")

    let socket = peer.raw
    // Bound and not connected, it would hear everybody.
    guard ft_deafen(socket) == 0 else { throw .last("SO_ATTACH_FILTER") }
    let target = remote ?? Self.nobody(from: local)
    guard unsafe target.withKernelForm({ unsafe ft_connect(socket, $0, $1) }) == 0 else {
      throw .last("connect \(target)")
    }
    guard let own = SocketAddress.own(of: socket) else { throw .last("getsockname") }
    self.local = remote == nil ? local : own
    // What came before it was deaf is anybody's; the peer greets again.
    drain(peer)
    guard ft_hear(socket) == 0 else { throw .last("SO_DETACH_FILTER") }

    let isIPv6 = target.address.family == AF_INET6
    if isIPv6 {
      try set(peer, Int32(IPPROTO_IPV6), IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, "MTU_DISCOVER")
    } else {
      try set(peer, Int32(IPPROTO_IP), IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "MTU_DISCOVER")
    }
    let mtu = Self.mtu(of: socket, isIPv6: isIPv6)
    guard mtu >= 0 else { throw .last("IP_MTU of the path to \(target)") }
    pathMTU = remote == nil ? 1_500 : Int(mtu)

    let notesOnTrains: [String]
    (segmentsTrains, notesOnTrains) = trains ? allowTrains(peer) : (false, [])
    notes =
      notesOnTrains
      + [
        grow(peer, "receive", SO_RCVBUFFORCE, SO_RCVBUF, "rmem_max", to: Self.receiveBuffer),
        grow(peer, "send", SO_SNDBUFFORCE, SO_SNDBUF, "wmem_max", to: Self.sendBuffer),
      ].compactMap { $0 }
  }

  /// Takes one datagram off ``strangers`` into `room`: who sent it, and its length; nil when none is left.
  package func nextStranger(
    _ room: inout [UInt8]
  ) -> (source: SocketAddress, length: Int)? {
    nextDatagram(of: strangers, &room)
  }

  /// Sends a datagram from this lane's port to anybody. Why it could not be sent; nil where it was.
  @discardableResult
  package func send(_ datagram: [UInt8], to remote: SocketAddress) -> SystemError? {
    let socket = strangers.raw
    // SAFETY: the datagram lives for the call.
    let sent = unsafe remote.withKernelForm { address, length in
      unsafe datagram.withUnsafeBytes {
        unsafe Int32(clamping: ft_send_to(socket, $0.baseAddress, $0.count, address, length))
      }
    }
    return sent < 0 ? .last("sendto") : nil
  }

  /// Datagrams that found no room at ``strangers`` so far; modulo 2³² (SO_MEMINFO).
  package var strangersOverflow: UInt32 { ft_socket_drops(strangers.raw) }

  /// Receives that were dropped at ``peer`` so far, for want of room as a rule; modulo 2³² (SO_MEMINFO).
  package var overflow: UInt32 { ft_socket_drops(peer.raw) }

  /// ``pathMTU`` as this host has it now: it learns of routers' by ICMP. Nil while there is no peer, or no
  /// route to it.
  package var pathMTUNow: Int? {
    let mtu = Self.mtu(of: peer.raw, isIPv6: local.address.family == AF_INET6)
    return mtu > Self.noRoute ? Int(mtu) : nil
  }

  /// What the kernel has for the MTU of a route that has gone: its packets would go to a device that swallows
  /// them (blackhole_netdev of drivers/net/loopback.c, ETH_MIN_MTU).
  private static let noRoute: Int32 = 68

  /// Of the path that a socket is connected by; -1 and errno where there is none.
  private static func mtu(of socket: Int32, isIPv6: Bool) -> Int32 {
    isIPv6
      ? ft_getsockopt_int(socket, Int32(IPPROTO_IPV6), IPV6_MTU)
      : ft_getsockopt_int(socket, Int32(IPPROTO_IP), IP_MTU)
  }

  /// The port of TCPMUX, which a UDP socket of this host that is not ours could have only as root. At the
  /// loopback address, of which nothing comes from elsewhere; where that is out of reach, as it is from a
  /// link-local address, at `local` itself.
  private static func nobody(from local: SocketAddress) -> SocketAddress {
    let loopback =
      local.address.family == AF_INET6 ? IPAddress.v6(high: 0, low: 1) : .v4(0x7f00_0001)
    let inside = SocketAddress(loopback, port: 1)
    guard !local.address.isUnspecified, !isReachable(inside, from: local) else { return inside }
    return SocketAddress(local.address, port: 1, scope: local.scope)
  }

  private static func bound(
    to local: SocketAddress, sharing: Bool
  ) throws(SystemError) -> Descriptor {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let raw = socket(local.address.family, kind, 0)
    guard raw >= 0 else { throw .last("socket for \(local)") }
    let descriptor = Descriptor(raw)
    if local.address.family == AF_INET6 {
      try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, "IPV6_V6ONLY")
    }
    if sharing { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT") }
    guard unsafe local.withKernelForm({ unsafe ft_bind(raw, $0, $1) }) == 0 else {
      throw .last("bind \(local)")
    }
    return descriptor
  }
}

private func set(
  _ socket: Descriptor, _ level: Int32, _ option: Int32, _ value: Int32, _ name: String
) throws(SystemError) {
  guard ft_setsockopt_int(socket.raw, level, option, value) == 0 else {
    throw .last("setsockopt \(name)")
  }
}

/// Asks for received trains whole. Whether trains can be sent, and notes on what the kernel lacks.
private func allowTrains(_ socket: Descriptor) -> (sent: Bool, notes: [String]) {
  var notes: [String] = []
  if ft_setsockopt_int(socket.raw, FT_SOL_UDP, FT_UDP_GRO, 1) != 0 {
    notes.append("no UDP_GRO in this kernel: every datagram is received alone, which is slow")
  }
  let sent = ft_getsockopt_int(socket.raw, FT_SOL_UDP, FT_UDP_SEGMENT) >= 0
  if !sent {
    notes.append("no UDP_SEGMENT in this kernel: every datagram is sent alone, which is slow")
  }
  return (sent, notes)
}

/// Asks for a buffer of `bytes`, beyond the system's limit where we may; a note where it stayed smaller.
private func grow(
  _ socket: Descriptor, _ name: String, _ force: Int32, _ option: Int32, _ limit: String,
  to bytes: Int
) -> String? {
  if ft_setsockopt_int(socket.raw, SOL_SOCKET, force, Int32(bytes)) == 0 { return nil }
  _ = ft_setsockopt_int(socket.raw, SOL_SOCKET, option, Int32(bytes))
  // The kernel doubles what it is asked for, for its own bookkeeping (socket(7)).
  let granted = Int(ft_getsockopt_int(socket.raw, SOL_SOCKET, option)) / 2
  guard granted < bytes else { return nil }
  return "\(name) buffer of \(granted) bytes instead of \(bytes): "
    + "raise sysctl net.core.\(limit), or give CAP_NET_ADMIN"
}

/// Takes the next datagram, as much of it as there is room for: where it came from, and its length; nil when
/// none waits.
private func nextDatagram(
  of socket: Descriptor, _ room: inout [UInt8]
) -> (source: SocketAddress, length: Int)? {
  var storage = sockaddr_storage()
  // SAFETY: `storage` is zeroed by the shim and holds any address that recvfrom writes.
  return unsafe withUnsafeMutablePointer(to: &storage) { storage in
    // An error that waits on the socket (ICMP) is taken by the call that reports it: try once more.
    for _ in 0..<2 {
      let length = unsafe room.withUnsafeMutableBytes {
        unsafe ft_receive_from(socket.raw, $0.baseAddress, $0.count, storage)
      }
      guard length >= 0 else { continue }
      let source = unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe SocketAddress($0)
      }
      return source.map { ($0, length) }
    }
    return nil
  }
}

private func drain(_ socket: Descriptor) {
  var room: [UInt8] = []
  while nextDatagram(of: socket, &room) != nil {}
}
