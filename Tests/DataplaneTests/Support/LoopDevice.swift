import Glibc

/// What a device's queue is for reads: frames come out one by one, as they were put, in whatever runs the
/// reader asks for them. (A pair of local sockets that keep messages apart.)
final class LoopDevice {
  /// Read frames from here.
  let queue: Int32
  private let end: Int32

  init() {
    var pair: [Int32] = [-1, -1]
    precondition(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &pair) == 0)
    (queue, end) = (pair[0], pair[1])
  }

  deinit {
    close(queue)
    close(end)
  }

  func put(_ frame: [UInt8]) { precondition(send(end, frame, frame.count, 0) == frame.count) }
}
