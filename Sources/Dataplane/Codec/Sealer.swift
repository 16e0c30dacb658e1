/// The step between records and the wire.
///
/// A lane is generic over its sealer, which is chosen once at start, so that no dispatch happens per
/// datagram. ``ClearSealer`` is the only one until datagrams are sealed: what it sends needs no step, as
/// payloads are gathered from where they were read, so outbound only ``kind`` is of use yet.
protocol Sealer {
  /// The type byte of its datagrams.
  static var kind: UInt8 { get }

  /// Opens a datagram whose header has been judged; nil where it is not authentic.
  mutating func open(_ datagram: Bytes, _ header: DatagramHeader) -> Bytes?
}

/// No sealing: records travel in the clear, and payloads are gathered from where they were read.
struct ClearSealer: Sealer {
  static let kind = DatagramHeader.Kind.clear

  func open(_ datagram: Bytes, _ header: DatagramHeader) -> Bytes? {
    datagram.dropFirst(DatagramHeader.size)
  }
}
