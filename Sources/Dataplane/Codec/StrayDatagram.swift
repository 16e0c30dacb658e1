/// What a datagram that came from another address than the peer's may be of use for, by its header alone.
package enum StrayDatagram: Equatable {
  /// A message of a handshake: anybody may begin one.
  case handshake
  /// Sealed records of a session: the peer may have moved. The index that the receiver gave the session.
  case data(session: UInt32)

  /// nil for one of no use.
  package init?(_ datagram: [UInt8], lane: Int) {
    guard let kind = datagram.first else { return nil }
    if lane == 0, DatagramHeader.Kind.isHandshake(kind) {
      self = .handshake
    } else if kind == DatagramHeader.Kind.sealed,
      datagram.count >= DatagramHeader.size + SessionSealer.tag
    {
      self = .data(session: datagram[4..<8].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    } else {
      return nil
    }
  }
}
