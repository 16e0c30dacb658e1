/// A frame with a TCP super-packet that the walk can take again and again.
struct SuperPacket {
  /// As a link with MTU 1500 makes it, sealed.
  static let gsoSize = 1376
  static let segments = 43
  static let payload = gsoSize * segments

  let frame: Int
  let length: Int
  /// Heads of datagrams are written over the virtio header, which thus is to be restored.
  private let virtio: Bytes
  private let first: UInt64
  private let last: UInt16

  init<S: Sealer>(_ lane: borrowing TrialLane<S>) {
    let (frame, bytes) = lane.takeFrame()
    self.frame = frame
    length = TrialPacket.writeTCP(bytes, payload: Self.payload, gsoSize: Self.gsoSize)
    virtio = bytes.slice(0, VirtioHeader.size)
    first = virtio.load(0)
    last = virtio.load(8)
  }

  /// Sends it, in a turn of its own.
  func send<S: Sealer>(_ lane: inout TrialLane<S>) {
    virtio.store(first, 0)
    virtio.store(last, 8)
    lane.outbound.take(frame, length: length, &lane.engine)
    lane.outbound.flush(&lane.engine)
  }
}
