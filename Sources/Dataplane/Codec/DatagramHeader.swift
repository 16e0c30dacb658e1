/// The 16 bytes in the clear that start every datagram (docs/WIRE.md).
///
/// ```
/// 0      1      2         3       4          8            16
/// type   lane   version   flags   session    counter
/// ```
struct DatagramHeader {
  static let size = 16
  static let version: UInt8 = 1

  /// What a datagram is.
  enum Kind {
    /// A message of the handshake, or a cookie for one.
    static func isHandshake(_ kind: UInt8) -> Bool { (1...3).contains(kind) || kind == 6 }
    /// Bytes that are more than any of those has.
    static let handshakeRoom = 512
    /// Records sealed under a session's keys.
    static let sealed: UInt8 = 4
    /// Records in the clear.
    static let clear: UInt8 = 5
  }

  /// Sealed: the index that the receiver gave the session. In the clear: the sender's session, drawn at its
  /// start.
  let session: UInt32
  /// Per lane and direction, from 0, never reused within a session.
  let counter: UInt64

  /// Writes a header at the start of `bytes`.
  static func write(
    _ bytes: Bytes, kind: UInt8, lane: UInt8, session: UInt32, counter: UInt64
  ) {
    let start = UInt64(kind) | UInt64(lane) << 8 | UInt64(version) << 16 | UInt64(session) << 32
    bytes.put(le64: start, counter, 0)
  }

  /// Reads and judges the header of a datagram.
  ///
  /// - Returns: nil and the drop's counter in `verdict` where it is not for this lane.
  static func read(
    _ datagram: Bytes, kind: UInt8, lane: UInt8, verdict: inout Counter
  ) -> DatagramHeader? {
    guard datagram.count >= size else {
      verdict = .dropTruncated
      return nil
    }
    guard datagram[2] == version, datagram[3] == 0 else {
      verdict = .dropVersion
      return nil
    }
    guard datagram[0] == kind else {
      verdict = .dropType
      return nil
    }
    guard datagram[1] == lane else {
      verdict = .dropLane
      return nil
    }
    return DatagramHeader(session: datagram.le32(4), counter: datagram.le64(8))
  }
}
