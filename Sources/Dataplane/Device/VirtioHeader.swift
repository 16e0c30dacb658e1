internal import CFastun

/// The virtio-net header (10 bytes, host order) that precedes each packet on a tun queue opened with
/// IFF_VNET_HDR (linux/virtio_net.h).
///
/// What the device gave is read from here; what the device gets is built by ``write`` from headers that
/// this side parsed. Nothing of it ever crosses the wire.
struct VirtioHeader {
  static let size = 10

  let needsChecksum: Bool
  /// GSO type without the ECN bit.
  let gsoType: UInt8
  /// Payload bytes of each segment.
  let gsoSize: Int
  let checksumStart: Int
  let checksumOffset: Int

  /// Reads the header at the start of `bytes` (at least ``size`` long). `hdr_len` is not read: for
  /// forwarded packets it may lie, and the headers tell.
  init(_ bytes: Bytes) {
    needsChecksum = bytes[0] & FT_HDR_F_NEEDS_CSUM != 0
    gsoType = bytes[1] & ~FT_GSO_ECN
    gsoSize = Int(bytes.load(4, as: UInt16.self))
    checksumStart = Int(bytes.load(6, as: UInt16.self))
    checksumOffset = Int(bytes.load(8, as: UInt16.self))
  }

  /// A packet as it is: no checksum to fill, no segments.
  static func writePlain(_ bytes: Bytes) {
    bytes.store(UInt64(0), 0)
    bytes.store(UInt16(0), 8)
  }

  /// A packet whose transport checksum is partial, and which stands for segments where `gsoType` says so.
  static func write(
    _ bytes: Bytes, _ headers: InnerHeaders, gsoType: UInt8, gsoSize: Int
  ) {
    bytes[0] = FT_HDR_F_NEEDS_CSUM
    bytes[1] = gsoType
    bytes.store(UInt16(truncatingIfNeeded: gsoType == FT_GSO_NONE ? 0 : headers.length), 2)
    bytes.store(UInt16(truncatingIfNeeded: gsoSize), 4)
    bytes.store(UInt16(truncatingIfNeeded: headers.networkLength), 6)
    bytes.store(UInt16(truncatingIfNeeded: headers.checksumOffset), 8)
  }
}
