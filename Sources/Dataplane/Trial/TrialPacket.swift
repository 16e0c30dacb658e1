internal import CFastun

/// Inner packets as a device gives them: IPv4, the transport's checksum left partial.
enum TrialPacket {
  /// Bytes of the headers of TCP with timestamps, and of UDP.
  static let tcpHeaders = 52
  static let udpHeaders = 28

  /// Lays a TCP super-packet out in a frame; the bytes of all.
  static func writeTCP(_ frame: Bytes, payload: Int, gsoSize: Int) -> Int {
    let packet = frame.slice(VirtioHeader.size, tcpHeaders + payload)
    writeIPv4(packet, transport: InnerHeaders.tcp)
    packet.put(u16: 40_000, 20)
    packet.put(u16: 443, 22)
    packet[32] = 8 << 4  // Words of the header.
    packet[33] = 0x10  // ACK.
    packet.put(u32: 0x0101_080a, 40)  // NOP, NOP, timestamps.
    return finish(frame, packet, gsoType: FT_GSO_TCPV4, gsoSize: gsoSize)
  }

  /// Lays a UDP packet out in a frame; the bytes of all.
  static func writeUDP(_ frame: Bytes, payload: Int) -> Int {
    let packet = frame.slice(VirtioHeader.size, udpHeaders + payload)
    writeIPv4(packet, transport: InnerHeaders.udp)
    packet.put(u16: 40_000, 20)
    packet.put(u16: 443, 22)
    packet.put(u16: UInt16(payload + 8), 24)
    return finish(frame, packet, gsoType: FT_GSO_NONE, gsoSize: 0)
  }

  private static func writeIPv4(_ packet: Bytes, transport: UInt8) {
    packet.zero(0, packet.count)
    packet[0] = 0x45
    packet.put(u16: UInt16(packet.count), 2)
    packet[6] = 0x40  // Not to be fragmented.
    packet[8] = 64
    packet[9] = transport
    packet.put(u32: 0x0a4e_0001, 12)
    packet.put(u32: 0x0a4e_0002, 16)
    Checksum.fillIPv4(packet, headerLength: 20)
  }

  private static func finish(
    _ frame: Bytes, _ packet: Bytes, gsoType: UInt8, gsoSize: Int
  ) -> Int {
    guard let headers = InnerHeaders.parse(packet) else {
      preconditionFailure("a trial's packet has no headers")
    }
    let transport = packet.count - headers.networkLength
    let sum = Checksum.fold(Checksum.pseudoHeader(packet, headers, length: transport))
    packet.store(sum, headers.networkLength + headers.checksumOffset)
    VirtioHeader.write(frame, headers, gsoType: gsoType, gsoSize: gsoSize)
    return VirtioHeader.size + packet.count
  }
}
