import Glibc

/// The same loop with a thread per direction: each blocks in its read, so nothing is polled.
///
/// Reads are on blocking descriptors. The thread that was there is the outbound one.
func forwardOnThreads(_ device: Int32, _ udp: Int32, peer: sockaddr_in) -> Never {
  for descriptor in [device, udp] {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }
  let pair = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
  (pair[0], pair[1]) = (device, udp)
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { pair in
      let pair = pair!.assumingMemoryBound(to: Int32.self)
      forwardInbound(device: pair[0], udp: pair[1])
    }, pair)
  guard status == 0 else { fail("no thread to be had: \(String(cString: strerror(status)))") }
  forwardOutbound(device, udp, peer: peer)
}

private func forwardOutbound(_ device: Int32, _ udp: Int32, peer: sockaddr_in) -> Never {
  let buffer = UnsafeMutableRawPointer.allocate(byteCount: plainRoom, alignment: 64)
  let peerAddress = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: 1)
  peerAddress.initialize(to: peer)
  let to = UnsafeRawPointer(peerAddress).assumingMemoryBound(to: sockaddr.self)
  let addressLength = socklen_t(MemoryLayout<sockaddr_in>.size)
  while true {
    let length = read(device, buffer, plainRoom)
    if length > 0 { sendto(udp, buffer, length, 0, .init(__sockaddr__: to), addressLength) }
  }
}

private func forwardInbound(device: Int32, udp: Int32) -> Never {
  let buffer = UnsafeMutableRawPointer.allocate(byteCount: plainRoom, alignment: 64)
  // As in the loop on one thread, for the same cost: who sent it is asked for.
  let source = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: 1)
  let from = UnsafeMutableRawPointer(source).assumingMemoryBound(to: sockaddr.self)
  let sourceLength = UnsafeMutablePointer<socklen_t>.allocate(capacity: 1)
  while true {
    sourceLength.pointee = socklen_t(MemoryLayout<sockaddr_in>.size)
    let length = recvfrom(udp, buffer, plainRoom, 0, .init(__sockaddr__: from), sourceLength)
    if length > 0 { _ = write(device, buffer, length) }
  }
}
