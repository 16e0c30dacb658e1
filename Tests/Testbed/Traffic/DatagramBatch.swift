import CFastun
import Glibc

/// Up to 64 datagrams in one block of memory, for one sendmmsg or recvmmsg.
struct DatagramBatch: ~Copyable {
  static let capacity = 64

  /// Bytes that each datagram has room for.
  let room: Int
  /// Bytes from one datagram to the next: whole cache lines, so that all are aligned.
  private let stride: Int
  private let memory: UnsafeMutableRawPointer
  private let vectors: UnsafeMutablePointer<iovec>
  private let messages: UnsafeMutablePointer<mmsghdr>

  init(room: Int) {
    self.room = room
    stride = (room + 63) & ~63
    memory = .allocate(byteCount: stride * Self.capacity, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: stride * Self.capacity)
    vectors = .allocate(capacity: Self.capacity)
    messages = .allocate(capacity: Self.capacity)
    for index in 0..<Self.capacity {
      vectors[index] = iovec(iov_base: memory + index * stride, iov_len: room)
      messages[index] = mmsghdr()
      messages[index].msg_hdr.msg_iov = vectors + index
      messages[index].msg_hdr.msg_iovlen = 1
    }
  }

  deinit {
    memory.deallocate()
    vectors.deallocate()
    messages.deallocate()
  }

  /// The room of one datagram.
  func bytes(_ index: Int) -> UnsafeMutableRawBufferPointer {
    .init(start: memory + index * stride, count: room)
  }

  /// The bytes that the last receive put there.
  func received(_ index: Int) -> UnsafeRawBufferPointer {
    .init(start: memory + index * stride, count: Int(messages[index].msg_len))
  }

  /// Sends the datagrams `from..<to`; how many the kernel took, or -1.
  func send(_ from: Int, _ to: Int, on socket: Socket) -> Int {
    Int(sendmmsg(socket.raw, messages + from, UInt32(to - from), 0))
  }

  /// Receives what is there, blocking for the first; how many came, or -1.
  func receive(on socket: Socket) -> Int {
    Int(recvmmsg(socket.raw, messages, UInt32(Self.capacity), Int32(MSG_WAITFORONE), nil))
  }
}
