/// The step between records and the wire: it closes a datagram before it is sent and opens one before
/// its records are read.
///
/// A lane is generic over its sealer, which is chosen once at start, so that no dispatch happens per
/// datagram. ``ClearSealer`` is the only one until datagrams are sealed.
protocol Sealer {
  /// The type byte of datagrams that this sealer closes and opens.
  static var kind: UInt8 { get }
  /// Bytes that it appends to a datagram.
  static var tagLength: Int { get }

  /// Opens a datagram whose header has been judged; nil where it is not authentic.
  mutating func open(_ datagram: Bytes, _ header: DatagramHeader) -> Bytes?
}

/// No sealing: records travel in the clear, and payloads are gathered from where they were read.
struct ClearSealer: Sealer {
  static let kind = DatagramHeader.Kind.clear
  static let tagLength = 0

  func open(_ datagram: Bytes, _ header: DatagramHeader) -> Bytes? {
    datagram.dropFirst(DatagramHeader.size)
  }
}
