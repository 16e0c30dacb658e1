/// A super-packet on its way into datagrams: a frame's, or those of several frames of one TCP stream,
/// coalesced (Outbound+Coalesce.swift).
@safe
struct OpenSuperPacket {
  /// Part of a frame's payload.
  struct Run {
    var frame = 0
    /// In the payload of the frame's packet, or packet bytes; what is still to be sent.
    var offset = 0
    var count = 0
  }

  /// Frames of which one can be put together.
  static let maximumRuns = 16
  private static let headerRoom = 256

  private let room: Bytes
  private let parts: UnsafeMutablePointer<Run>
  /// Where its inner headers are.
  var headers = InnerHeaders.none
  /// Payload bytes of each segment.
  var gsoSize = 0
  /// Payload bytes of one datagram.
  var step = 0
  /// Payload bytes from which on nothing more is added.
  var limit = 0
  /// Whether segments of further frames may follow.
  var isContinuable = false
  /// Payload bytes, and how many of them have been put into datagrams.
  var total = 0
  var sent = 0
  /// Its parts, and which of them is the next to be sent.
  private(set) var runCount = 0
  var nextRun = 0

  static let footprint = headerRoom + maximumRuns * MemoryLayout<Run>.stride + 2 * 64

  init(from slab: inout Slab) {
    room = slab.carve(Self.headerRoom)
    // SAFETY: a column of the slab with `maximumRuns` entries, used by this slot alone.
    unsafe parts = slab.carve(Self.maximumRuns * MemoryLayout<Run>.stride).base
      .assumingMemoryBound(to: Run.self)
  }

  /// The inner headers of its first segment.
  var headerBytes: Bytes { room.slice(0, headers.length) }

  /// Nothing more is to be added.
  var isComplete: Bool { !isContinuable || total == limit || runCount == Self.maximumRuns }

  /// A part, below ``runCount``.
  subscript(run: Int) -> Run {
    get {
      assert(run < runCount)
      // SAFETY: parts below runCount were written by `append`, within the column.
      return unsafe parts[run]
    }
    nonmutating set {
      assert(run < runCount)
      // SAFETY: as above.
      unsafe parts[run] = newValue
    }
  }

  /// Begins anew, with a packet's headers and nothing of its payload.
  mutating func open(_ packet: Bytes, _ headers: InnerHeaders, gsoSize: Int, step: Int) {
    // Where the headers stand, they are written over.
    room.copy(packet.slice(0, headers.length), to: 0)
    self.headers = headers
    self.gsoSize = gsoSize
    self.step = step
    limit = packet.count &- headers.length
    isContinuable = false
    reset()
  }

  /// Holds nothing any more.
  mutating func reset() {
    total = 0
    sent = 0
    runCount = 0
    nextRun = 0
  }

  /// Adds bytes of a frame's payload.
  mutating func append(_ run: Run) {
    assert(runCount < Self.maximumRuns)
    // SAFETY: within the column, as asserted: one that has all its runs is complete, and sent.
    unsafe parts[runCount] = run
    runCount &+= 1
    total &+= run.count
  }

  /// Segments that have not been put into datagrams.
  var segmentsLeft: Int { (total &- sent &+ gsoSize &- 1) / gsoSize }

  /// Writes the header of the next slice's record, but for the slice's own lengths.
  func writeSliceHeader(_ record: Bytes, _ kind: UInt8) {
    record[0] = kind
    record[1] = Record.partialChecksum
    record[2] = UInt8(truncatingIfNeeded: headers.length)
    record[3] = 0
    record.put(le16: total, 4)
    record.put(le16: sent, 6)
    record.put(le16: gsoSize, 8)
  }
}
