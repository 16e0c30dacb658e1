internal import CFastun
import Glibc

/// The message header of one receive, for one buffer: where the datagrams go, and room for the segment size.
@safe
struct Receive {
  // SAFETY: columns of the slab, used by this buffer's receives alone; while one is under way they are
  // the kernel's.
  let message: UnsafeMutablePointer<msghdr>
  private let control: Bytes

  static let footprint =
    unsafe MemoryLayout<msghdr>.size + MemoryLayout<iovec>.size + FT_CMSG_SPACE_INT + 3 * 64

  init(_ buffer: Bytes, from slab: inout Slab) {
    // SAFETY: fresh columns of these sizes.
    unsafe message = slab.carve(MemoryLayout<msghdr>.size).base
      .assumingMemoryBound(to: msghdr.self)
    let run = unsafe slab.carve(MemoryLayout<iovec>.size).base.assumingMemoryBound(to: iovec.self)
    control = slab.carve(FT_CMSG_SPACE_INT)
    unsafe run.initialize(to: iovec(iov_base: buffer.base, iov_len: buffer.count))
    unsafe message.initialize(to: msghdr())
    unsafe message.pointee.msg_iov = run
    unsafe message.pointee.msg_iovlen = 1
    unsafe message.pointee.msg_control = control.base
  }

  /// Makes the header ready for the next receive, which overwrites the room's size with what it used.
  func prepare() { unsafe message.pointee.msg_controllen = FT_CMSG_SPACE_INT }

  /// Bytes of each datagram but the last, as the kernel's GRO kept them together; 0: there is one.
  var segment: Int {
    // SAFETY: at most `control.count` bytes were written.
    unsafe Int(
      ft_cmsg_get_segment(control.base, min(message.pointee.msg_controllen, FT_CMSG_SPACE_INT)))
  }
}
