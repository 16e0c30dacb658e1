/// The step between records and the wire, in both directions, with all that it must remember: sessions,
/// counters, replay windows.
///
/// A lane is generic over its sealer, which is chosen once at start, so that no dispatch happens per
/// datagram. A sealer is a handle: copies share their state, which lives in the slab.
protocol Sealer {
  /// The type byte of its datagrams.
  static var kind: UInt8 { get }
  /// Bytes that it puts behind the records, for which ``Plan/datagramLimit`` leaves the room.
  static var tag: Int { get }

  // MARK: Outbound

  /// Whether datagrams may go out: there is a session, and it has counters left for what one frame makes.
  var isReady: Bool { get }

  /// Writes the next datagram's header, which takes a counter. Only where ``isReady`` was true for the
  /// frame.
  func begin(_ header: Bytes)

  /// Closes a datagram whose header was begun last: takes its records from `records`, puts them and the tag
  /// behind the header. `records` may stand there already; else the two do not overlap.
  func seal(_ records: Bytes, into datagram: Bytes)

  // MARK: Inbound

  /// Opens a datagram whose header has been judged.
  ///
  /// - Parameter scratch: where the records are to stand, as long as they are: the datagram without its header
  ///   and tag; nil: anywhere, also in the datagram's own place.
  /// - Returns: the records; nil where they are not to be had, with the drop's counter in `verdict`.
  func open(
    _ datagram: Bytes, _ header: DatagramHeader, into scratch: Bytes?, verdict: inout Counter
  ) -> Bytes?

  /// Datagrams of the peer, of all sessions, that have not come although later ones have.
  var lost: UInt64 { get }

  // MARK: Sessions, between turns, when no datagram is open

  /// The peer was found to hold the keys of a session that it was not known to hold: ``settle()`` is due.
  var isUnsettled: Bool { get }
  /// Goes on under the newest session that the peer holds.
  ///
  /// - Returns: the index of one that was just found so, each once; 0: there is none (any more).
  func settle() -> UInt32
  /// Opens datagrams under these keys from now on, and seals under them once they are proven.
  func install(_ keys: SessionKeys)
  /// The peer holds the keys of this session: another lane saw it.
  func prove(_ index: UInt32)
  /// Forgets the session of that index; all of them where it is nil.
  func wipe(_ index: UInt32?)
  /// Whether a datagram with this header would be the newest of the newest session that the peer holds.
  func isAhead(_ header: DatagramHeader) -> Bool
}

/// A sealer without keys has no sessions to speak of.
extension Sealer {
  var isUnsettled: Bool { false }
  func settle() -> UInt32 { 0 }
  func install(_ keys: SessionKeys) {}
  func prove(_ index: UInt32) {}
  func wipe(_ index: UInt32?) {}
  func isAhead(_ header: DatagramHeader) -> Bool { false }
}
