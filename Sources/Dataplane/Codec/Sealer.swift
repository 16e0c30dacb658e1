/// The step between records and the wire.
///
/// A lane is generic over its sealer, which is chosen once at start, so that no dispatch happens per
/// datagram. ``ClearSealer`` is the only one until datagrams are sealed.
protocol Sealer {
  /// The type byte of its datagrams.
  static var kind: UInt8 { get }

  /// Closes a train's datagrams, the last step before it is sent: headers are additional data, records are
  /// sealed, and a tag is put behind them, for which ``Plan/datagramLimit`` leaves the room.
  mutating func seal(_ train: inout Train)

  /// Opens a datagram whose header has been judged: its records, or nil where it is not authentic.
  mutating func open(_ datagram: Bytes, _ header: DatagramHeader) -> Bytes?
}

/// No sealing: records travel in the clear, from where they stand.
struct ClearSealer: Sealer {
  static let kind = DatagramHeader.Kind.clear

  func seal(_ train: inout Train) {}

  func open(_ datagram: Bytes, _ header: DatagramHeader) -> Bytes? {
    datagram.dropFirst(DatagramHeader.size)
  }
}
