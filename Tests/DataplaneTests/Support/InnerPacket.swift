/// An inner packet to be built: what tests hand to the device side, byte by byte, with no help from the
/// code under test.
struct InnerPacket {
  enum Transport: Equatable {
    case tcp(flags: UInt8)
    case udp
    case other(UInt8)
  }

  /// How the transport checksum is left.
  enum ChecksumState {
    /// The pseudo-header's sum, as the kernel leaves it for a card to complete.
    case partial
    case complete
    case zero
    case wrong
  }

  var isIPv4 = true
  var transport = Transport.udp
  var payload: [UInt8] = []
  /// IPv4 options, a multiple of four bytes.
  var options: [UInt8] = []
  /// IPv6 extension headers: kind and bytes, whose first is overwritten by the next kind.
  var extensions: [(kind: UInt8, bytes: [UInt8])] = []
  /// NOP, NOP, timestamps.
  var tcpOptions: [UInt8] = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]
  var sequence: UInt32 = 0xffff_f000
  var identification: UInt16 = 0xfffa
  var dontFragment = true
  var hopLimit: UInt8 = 64
  /// TOS or traffic class.
  var service: UInt8 = 0
  var flowLabel: UInt16 = 0x1234
  /// The last byte of the source address.
  var host: UInt8 = 1
  var sourcePort: UInt16 = 40_000
  var destinationPort: UInt16 = 443
  /// AE, and the reserved bits beside it.
  var moreFlags: UInt8 = 0
  /// Where the packet's way ends, where that is not its header's destination: what `options` or `extensions`
  /// are to have in their route.
  var finalDestination: [UInt8]?
  var checksum = ChecksumState.partial

  static let fin: UInt8 = 0x01
  static let psh: UInt8 = 0x08
  static let ack: UInt8 = 0x10
  static let cwr: UInt8 = 0x80

  var networkLength: Int {
    isIPv4 ? 20 + options.count : 40 + extensions.reduce(0) { $0 + $1.bytes.count }
  }

  var headerLength: Int {
    switch transport {
    case .tcp: networkLength + 20 + tcpOptions.count
    case .udp: networkLength + 8
    case .other: networkLength
    }
  }

  private var protocolNumber: UInt8 {
    switch transport {
    case .tcp: 6
    case .udp: 17
    case .other(let number): number
    }
  }

  /// Where the checksum field is in the transport header; nil where there is none.
  private var checksumOffset: Int? {
    switch transport {
    case .tcp: 16
    case .udp: 6
    case .other: nil
    }
  }

  /// The packet from its IP header on.
  var bytes: [UInt8] {
    var segment = transportHeader + payload
    if let offset = checksumOffset {
      let pseudo = ReferenceChecksum.pseudoHeader(
        addresses: finalDestination.map { addresses.prefix(addresses.count / 2) + $0 }
          ?? addresses[...],
        transport: protocolNumber, length: segment.count)
      switch checksum {
      case .partial:
        segment.put(big16: ReferenceChecksum.fold(pseudo), offset)
      case .complete, .wrong:
        var sum = ~ReferenceChecksum.fold(pseudo + ReferenceChecksum.sum(segment))
        if sum == 0, transport == .udp { sum = 0xffff }
        segment.put(big16: checksum == .wrong ? sum ^ 0x0101 : sum, offset)
      case .zero: break
      }
    }
    return networkHeader(segment.count) + segment
  }

  /// What the device gives: a virtio header and the packet; a super-packet where `gsoSize` says so.
  func frame(gsoSize: Int = 0) -> [UInt8] {
    var virtio = [UInt8](repeating: 0, count: 10)
    if checksum == .partial, let offset = checksumOffset {
      virtio[0] = 1
      virtio.put(little16: networkLength, 6)
      virtio.put(little16: offset, 8)
    }
    if gsoSize > 0 {
      switch transport {
      case .tcp(let flags): virtio[1] = (isIPv4 ? 1 : 4) | flags & Self.cwr
      default: virtio[1] = 5
      }
      virtio.put(little16: headerLength, 2)
      virtio.put(little16: gsoSize, 4)
    }
    return virtio + bytes
  }

  private var addresses: [UInt8] {
    isIPv4
      ? [10, 0, 0, host, 10, 0, 0, 99]
      : [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host]
        + [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99]
  }

  private var transportHeader: [UInt8] {
    var header: [UInt8]
    switch transport {
    case .tcp(let flags):
      header = [UInt8](repeating: 0, count: 20) + tcpOptions
      header.put(big32: sequence, 4)
      header.put(big32: 0x0102_0304, 8)
      header[12] = UInt8(header.count / 4) << 4 | moreFlags
      header[13] = flags
      header.put(big16: 0x2000, 14)
    case .udp:
      header = [UInt8](repeating: 0, count: 8)
      header.put(big16: UInt16(truncatingIfNeeded: 8 + payload.count), 4)
    case .other: return []
    }
    header.put(big16: sourcePort, 0)
    header.put(big16: destinationPort, 2)
    return header
  }

  private func networkHeader(_ transportBytes: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: isIPv4 ? 20 : 40)
    if isIPv4 {
      header += options
      header[0] = 0x40 | UInt8(header.count / 4)
      header[1] = service
      header.put(big16: UInt16(truncatingIfNeeded: header.count + transportBytes), 2)
      header.put(big16: identification, 4)
      header[6] = dontFragment ? 0x40 : 0
      header[8] = hopLimit
      header[9] = protocolNumber
      header.replaceSubrange(12..<20, with: addresses)
      header.put(big16: ~ReferenceChecksum.fold(ReferenceChecksum.sum(header)), 10)
    } else {
      header[0] = 0x60 | service >> 4
      header[1] = service << 4
      header.put(big16: flowLabel, 2)
      let extensionBytes = networkLength - 40
      header.put(big16: UInt16(truncatingIfNeeded: extensionBytes + transportBytes), 4)
      header[6] = extensions.first?.kind ?? protocolNumber
      header[7] = hopLimit
      header.replaceSubrange(8..<40, with: addresses)
      for (index, item) in extensions.enumerated() {
        let next = index + 1 < extensions.count ? extensions[index + 1].kind : protocolNumber
        header += [next] + item.bytes.dropFirst()
      }
    }
    return header
  }
}

extension [UInt8] {
  mutating func put(big16 value: UInt16, _ offset: Int) {
    self[offset] = UInt8(value >> 8)
    self[offset + 1] = UInt8(value & 0xff)
  }
  mutating func put(big32 value: UInt32, _ offset: Int) {
    put(big16: UInt16(value >> 16), offset)
    put(big16: UInt16(value & 0xffff), offset + 2)
  }
  mutating func put(little16 value: Int, _ offset: Int) {
    self[offset] = UInt8(value & 0xff)
    self[offset + 1] = UInt8(value >> 8 & 0xff)
  }
  func big16(_ offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }
  func big32(_ offset: Int) -> UInt32 { UInt32(big16(offset)) << 16 | UInt32(big16(offset + 2)) }
  func little16(_ offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }
}
