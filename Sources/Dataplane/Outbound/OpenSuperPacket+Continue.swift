// What may continue an open super-packet: the rules of the kernel's own receive offload (tcp_gro_receive of
// net/ipv4/tcp_offload.c), but that PSH does not end a super-packet, as a sender should collapse it too
// (RFC 9293 §3.9.1.2), and moves to its last segment; and a packet may be cut where segments end.
extension OpenSuperPacket {
  /// Lets further frames continue it up to `limit` payload bytes, where that can be: TCP, in whole segments.
  mutating func allowContinuation(upTo limit: Int) {
    guard headers.isTCP, step >= gsoSize else { return }
    let tcp = headerBytes.dropFirst(headers.networkLength)
    let flags = tcp[TCPHeader.flags]
    guard flags & (TCPHeader.syn | TCPHeader.rst | TCPHeader.urg) == 0 else { return }
    tcp[TCPHeader.flags] = flags & ~TCPHeader.lastOnly
    isContinuable = true
    self.limit = limit
  }

  /// Whether a frame's first segment is the one after the last here, and nothing else changed that a
  /// program, or the kernel, could see.
  func isContinued(by packet: Bytes, _ headers: InnerHeaders, gsoSize: Int) -> Bool {
    let network = self.headers.networkLength
    guard runCount > 0, headers.isTCP, headers.isIPv4 == self.headers.isIPv4,
      headers.networkLength == network, headers.length == self.headers.length,
      gsoSize == self.gsoSize
    else { return false }
    let first = headerBytes
    let tcp = packet.slice(network, headers.transportLength)
    let firstTCP = first.dropFirst(network)
    let flags = tcp[TCPHeader.flags]
    let next = firstTCP.u32(TCPHeader.sequence) &+ UInt32(truncatingIfNeeded: total)
    guard tcp.u32(TCPHeader.sequence) == next, tcp.u32(0) == firstTCP.u32(0),  // Ports.
      tcp.u32(TCPHeader.acknowledgement) == firstTCP.u32(TCPHeader.acknowledgement),
      tcp.u16(TCPHeader.window) == firstTCP.u16(TCPHeader.window),
      tcp[TCPHeader.moreFlags] == firstTCP[TCPHeader.moreFlags],
      (flags ^ firstTCP[TCPHeader.flags]) & ~(TCPHeader.lastOnly | TCPHeader.cwr) == 0,
      flags & TCPHeader.cwr == 0,
      tcp.dropFirst(TCPHeader.options).equalsShort(firstTCP.dropFirst(TCPHeader.options))
    else { return false }
    return headers.isContinued(by: packet, first: first, segments: total / gsoSize)
  }

  /// Makes the headers those of the segment so many payload bytes further on.
  mutating func advance(_ count: Int) {
    let tcp = headerBytes.dropFirst(headers.networkLength)
    TCPHeader.advance(tcp, by: count)
    tcp[TCPHeader.flags] &= ~TCPHeader.lastOnly
    guard headers.isIPv4 else { return }
    let segments = count / gsoSize
    headerBytes.put(u16: headerBytes.u16(4) &+ UInt16(truncatingIfNeeded: segments), 4)
  }
}
