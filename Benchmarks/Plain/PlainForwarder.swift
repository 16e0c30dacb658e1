import CFastun
import Glibc

/// The plain tunnel that fastun is measured against: one queue, one thread, `poll` between, one
/// `read` and one `sendto` per packet outbound, one `recvfrom` and one `write` inbound.
///
/// Arguments: device name, local address, peer address, UDP port, and `threads` for a thread per
/// direction. It says it is ready on stdout;
/// the device is configured from outside. Its buffers are raised as fastun raises its own, and it
/// runs without a check or an allocation per packet, so that what is compared is the loop.
func runPlainForwarder(arguments: [String]) -> Never {
  guard 4...5 ~= arguments.count, let port = UInt16(arguments[3]) else {
    fail("usage: plain DEVICE LOCAL PEER PORT [threads]")
  }
  let device = openDevice(named: arguments[0])
  let udp = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
  var room: Int32 = 8 << 20
  setsockopt(udp, SOL_SOCKET, SO_RCVBUFFORCE, &room, 4)
  setsockopt(udp, SOL_SOCKET, SO_SNDBUFFORCE, &room, 4)
  var local = address(arguments[1], port)
  let bound = withUnsafeBytes(of: &local) {
    bind(
      udp, .init(__sockaddr__: $0.assumingMemoryBound(to: sockaddr.self).baseAddress!),
      socklen_t($0.count))
  }
  guard bound == 0 else { fail("bind: \(String(cString: strerror(errno)))") }
  print("{\"event\":\"ready\",\"device\":\"\(arguments[0])\"}")
  fflush(nil)
  let peer = address(arguments[2], port)
  if arguments.last == "threads" { forwardOnThreads(device, udp, peer: peer) }
  forward(device, udp, peer: peer)
}

/// Bytes of room for a packet.
let plainRoom = 65_536

private func forward(_ device: Int32, _ udp: Int32, peer: sockaddr_in) -> Never {
  let room = plainRoom
  let buffer = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 64)
  let peerAddress = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: 1)
  peerAddress.initialize(to: peer)
  let to = UnsafeRawPointer(peerAddress).assumingMemoryBound(to: sockaddr.self)
  let source = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: 1)
  source.initialize(to: peer)
  let from = UnsafeMutableRawPointer(source).assumingMemoryBound(to: sockaddr.self)
  let addressLength = socklen_t(MemoryLayout<sockaddr_in>.size)
  let sourceLength = UnsafeMutablePointer<socklen_t>.allocate(capacity: 1)
  let entries = UnsafeMutablePointer<pollfd>.allocate(capacity: 2)
  entries[0] = pollfd(fd: device, events: Int16(POLLIN), revents: 0)
  entries[1] = pollfd(fd: udp, events: Int16(POLLIN), revents: 0)

  while true {
    poll(entries, 2, -1)
    if entries[0].revents & Int16(POLLIN) != 0 {
      let length = read(device, buffer, room)
      if length > 0 { sendto(udp, buffer, length, 0, .init(__sockaddr__: to), addressLength) }
    }
    // POLLERR too: a datagram that nobody took comes back as an error, and must be read to go away.
    if entries[1].revents != 0 {
      sourceLength.pointee = addressLength
      let length = recvfrom(udp, buffer, room, 0, .init(__sockaddr__: from), sourceLength)
      if length > 0 { _ = write(device, buffer, length) }
    }
  }
}

private func openDevice(named name: String) -> Int32 {
  let device = ft_open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)
  var request = ifreq()
  withUnsafeMutableBytes(of: &request.ifr_ifrn) { $0.copyBytes(from: name.utf8.prefix(15)) }
  request.ifr_ifru.ifru_flags = Int16(IFF_TUN | IFF_NO_PI)
  guard device >= 0, ft_ioctl(device, FT_TUNSETIFF, &request) == 0 else {
    fail("tun device \(name): \(String(cString: strerror(errno)))")
  }
  return device
}

private func address(_ text: String, _ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else { fail("\(text) is no IPv4 address") }
  return address
}

func fail(_ message: String) -> Never {
  tell("plain: \(message)")
  exit(1)
}
