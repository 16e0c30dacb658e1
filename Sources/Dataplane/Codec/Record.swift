/// One record of a datagram, judged: its lengths are inside the datagram and inside each other.
///
/// ```
/// packet      kind 1, flags, length:16                                              bytes
/// slice       kind 2, flags, headers:8, 0, total:16, offset:16, gso:16, length:16   headers bytes
/// packet lz4  kind 3, flags, length:16, raw:16                                      block
/// slice lz4   kind 4, flags, headers:8, 0, total:16, offset:16, gso:16, length:16, raw:16  headers block
/// control     kind 5, what, length:16                                               body
/// pad         kind 0                                                                the rest
/// ```
/// All little-endian. `length` counts the bytes on the wire, `raw` those after decompression.
struct Record {
  enum Kind {
    static let pad: UInt8 = 0
    static let packet: UInt8 = 1
    static let slice: UInt8 = 2
    static let packetLZ4: UInt8 = 3
    static let sliceLZ4: UInt8 = 4
    static let control: UInt8 = 5
  }
  /// The transport checksum is partial: it holds the pseudo-header's sum.
  static let partialChecksum: UInt8 = 1

  static let packetHeader = 4
  static let sliceHeader = 12
  static let packetLZ4Header = 6
  static let sliceLZ4Header = 14
  static let controlHeader = 4

  var kind: UInt8
  /// Flags; of a control record, which control it is.
  var flags: UInt8
  /// The inner headers of a slice.
  var headers: Bytes
  /// Payload bytes of the super-packet that a slice is part of.
  var total = 0
  /// Where in that payload the slice starts.
  var offset = 0
  /// Payload bytes of each segment of the super-packet.
  var gsoSize = 0
  /// The packet, the slice's bytes, the block, or the control's body.
  var body: Bytes
  /// Bytes of the body once decompressed; its own length where it is not compressed.
  var rawLength = 0

  /// Reads the record at `position` and moves it past the record.
  ///
  /// - Returns: nil at the end (`verdict` untouched) or where the record is malformed (`verdict` says
  ///   how); the rest of a malformed datagram is not looked at.
  static func next(
    _ datagram: Bytes, _ position: inout Int, verdict: inout Counter?
  ) -> Record? {
    let rest = datagram.count &- position
    guard rest > 0 else { return nil }
    let record = datagram.dropFirst(position)
    switch record[0] {
    case Kind.packet: return packet(record, &position, packetHeader, &verdict)
    case Kind.slice: return slice(record, &position, sliceHeader, &verdict)
    case Kind.packetLZ4: return packet(record, &position, packetLZ4Header, &verdict)
    case Kind.sliceLZ4: return slice(record, &position, sliceLZ4Header, &verdict)
    case Kind.control: return packet(record, &position, controlHeader, &verdict)
    case Kind.pad:
      position = datagram.count
      return nil
    default:
      verdict = .dropRecordKind
      return nil
    }
  }

  private static func packet(
    _ record: Bytes, _ position: inout Int, _ headerSize: Int, _ verdict: inout Counter?
  ) -> Record? {
    guard record.count >= headerSize else {
      verdict = .dropRecordLength
      return nil
    }
    let length = record.le16(2)
    guard length > 0, headerSize &+ length <= record.count else {
      verdict = .dropRecordLength
      return nil
    }
    position &+= headerSize &+ length
    return Record(
      kind: record[0], flags: record[1], headers: record.slice(0, 0),
      body: record.slice(headerSize, length),
      rawLength: headerSize == packetLZ4Header ? record.le16(4) : length)
  }

  private static func slice(
    _ record: Bytes, _ position: inout Int, _ headerSize: Int, _ verdict: inout Counter?
  ) -> Record? {
    guard record.count >= headerSize else {
      verdict = .dropRecordLength
      return nil
    }
    let headerLength = Int(record[2])
    let length = record.le16(10)
    let start = headerSize &+ headerLength
    guard length > 0, headerLength > 0, start &+ length <= record.count else {
      verdict = .dropRecordLength
      return nil
    }
    let result = Record(
      kind: record[0], flags: record[1], headers: record.slice(headerSize, headerLength),
      total: record.le16(4), offset: record.le16(6), gsoSize: record.le16(8),
      body: record.slice(start, length),
      rawLength: headerSize == sliceLZ4Header ? record.le16(12) : length)
    guard result.gsoSize > 0, result.rawLength > 0,
      result.offset &+ result.rawLength <= result.total, result.total &+ headerLength <= 65_535
    else {
      verdict = .dropSliceBounds
      return nil
    }
    position &+= start &+ length
    return result
  }
}
