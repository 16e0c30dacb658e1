internal import CFastun
import Glibc

/// One train on its way to the kernel: its wire bytes, its gather list, its message header.
///
/// A train is the datagrams of one send, all of one size but the last (linux/udp.h, UDP_SEGMENT).
@safe
struct Train {
  /// Datagrams per send: the smaller of old and new kernels' UDP_MAX_SEGMENTS.
  static let maximumDatagrams = 64
  /// UDP payload bytes per send: an IPv4 packet of 65,535 bytes less its header and UDP's.
  static let maximumBytes = 65_507
  /// Wire bytes of a slot: a full train, and one datagram that turned out to be the next train's.
  static let wireSize = 69_632

  let message: UnsafeMutablePointer<msghdr>
  let control: Bytes
  /// Where headers, packed records and blocks are written; payloads may be gathered from elsewhere.
  let wire: Bytes
  var gather: GatherList
  /// Datagrams so far, and the size of the first, which all but the last share.
  var datagrams = 0
  var segment = 0
  /// Of the datagrams, those with an LZ4 block in them.
  var compressed = 0
  /// The device frame that the gather list points into; -1 for none.
  var frame = -1

  static let footprint =
    64 + 64 + GatherList.footprint + wireSize + MemoryLayout<Train>.stride + 4 * 64

  init(from slab: inout Slab) {
    // SAFETY: columns of the slab, used by this slot alone.
    unsafe message = slab.carve(MemoryLayout<msghdr>.size).base
      .assumingMemoryBound(to: msghdr.self)
    control = slab.carve(FT_CMSG_SPACE_U16)
    gather = GatherList(slab.carve(GatherList.footprint))
    wire = slab.carve(Train.wireSize)
  }

  mutating func reset() {
    gather.removeAll()
    datagrams = 0
    segment = 0
    compressed = 0
    frame = -1
  }

  /// Fills the message header for sendmsg: the gather list, and the segment size where there are several.
  mutating func prepare() {
    // SAFETY: message, control and gather live in the slab for as long as the lane.
    unsafe message.pointee = msghdr()
    unsafe message.pointee.msg_iov = gather.entries
    unsafe message.pointee.msg_iovlen = gather.count
    if datagrams > 1 {
      unsafe ft_cmsg_put_segment(control.base, UInt16(truncatingIfNeeded: segment))
      unsafe message.pointee.msg_control = control.base
      unsafe message.pointee.msg_controllen = FT_CMSG_SPACE_U16
    }
  }
}
