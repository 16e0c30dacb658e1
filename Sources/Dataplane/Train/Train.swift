internal import CFastun
import Glibc

/// One train on its way to the kernel: its wire bytes and its message header.
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
  /// Where its datagrams are written, one behind the other.
  let wire: Bytes
  private let run: UnsafeMutablePointer<iovec>
  /// Bytes of its datagrams.
  var length = 0
  /// Datagrams so far, and the size of the first, which all but the last share.
  var datagrams = 0
  var segment = 0
  /// Of the datagrams, those with an LZ4 block in them.
  var compressed = 0

  static let footprint =
    3 * 64 + wireSize + MemoryLayout<Train>.stride + 4 * 64

  init(from slab: inout Slab) {
    // SAFETY: columns of the slab, used by this slot alone.
    unsafe message = slab.carve(MemoryLayout<msghdr>.size).base
      .assumingMemoryBound(to: msghdr.self)
    unsafe run = slab.carve(MemoryLayout<iovec>.size).base.assumingMemoryBound(to: iovec.self)
    control = slab.carve(FT_CMSG_SPACE_U16)
    wire = slab.carve(Train.wireSize)
  }

  /// All of its datagrams.
  var bytes: Bytes { wire.slice(0, length) }

  mutating func reset() {
    length = 0
    datagrams = 0
    segment = 0
    compressed = 0
  }

  /// Fills the message header for sendmsg: the datagrams, and their size where there are several.
  mutating func prepare() {
    // SAFETY: message, run, control and wire live in the slab for as long as the lane.
    unsafe run.pointee = iovec(iov_base: wire.base, iov_len: length)
    unsafe message.pointee = msghdr()
    unsafe message.pointee.msg_iov = run
    unsafe message.pointee.msg_iovlen = 1
    if datagrams > 1 {
      unsafe ft_cmsg_put_segment(control.base, UInt16(truncatingIfNeeded: segment))
      unsafe message.pointee.msg_control = control.base
      unsafe message.pointee.msg_controllen = FT_CMSG_SPACE_U16
    }
  }
}
