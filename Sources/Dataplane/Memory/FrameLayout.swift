import Glibc

/// How a frame is filled: plainly, or with room for the datagram heads that a super-packet will need.
///
/// Super-packets of a flow are alike: the same headers, the same segment size. So the next one is read by an
/// iovec per segment, each where its datagram wants it, and goes out as one run of memory: neither side
/// gathers. Where the guess was wrong, which shows in the packet, ``straighten(_:length:)`` undoes it.
///
/// ```
/// plain      virtio, headers, payload …
/// laid out   virtio, headers, segment 0, (room for a head) segment 1, (room for a head) segment 2 …
/// ```
/// The first segment follows its headers either way, so a packet that is none of the expected kind and fits
/// there is contiguous.
struct FrameLayout: Equatable {
  /// Bytes of the inner headers; 0: plain.
  let headers: Int
  /// Payload bytes of a segment.
  let gsoSize: Int

  static let plain = FrameLayout(headers: 0, gsoSize: 0)

  /// Where in a frame the first datagram starts: 48, so that the payload of TCP over IPv4 with
  /// timestamps starts on a cache line.
  static let image = 48
  /// Where the device's bytes start: the inner headers then stand where the first datagram has them.
  static let start = image + DatagramHeader.size + Record.sliceHeader - VirtioHeader.size

  /// Segments shorter than this are not worth a run each, and would not hold a packet's headers.
  static let shortest = 512

  init(headers: Int, gsoSize: Int) {
    self.headers = headers
    self.gsoSize = gsoSize
  }

  var isPlain: Bool { headers == 0 }

  /// Bytes that stand before each segment: the datagram's header, the record's, the inner headers.
  private var head: Int { DatagramHeader.size &+ Record.sliceHeader &+ headers }

  /// The runs that a read fills, for a frame of that size; false where the longest packet would not fit
  /// the frame, or the list.
  func gather(_ frame: Bytes, into list: inout GatherList) -> Bool {
    let first = VirtioHeader.size + headers + gsoSize
    let segments = (65_535 - headers + gsoSize - 1) / gsoSize
    let last = FrameLayout.image + (segments - 1) * (head + gsoSize) + head + gsoSize
    guard last <= frame.count, segments <= GatherList.capacity else { return false }
    list.removeAll()
    list.append(frame.slice(FrameLayout.start, first))
    for segment in 1..<max(segments, 1) {
      list.append(frame.slice(FrameLayout.image + segment * (head + gsoSize) + head, gsoSize))
    }
    return true
  }

  /// Makes what was read with this layout contiguous, as a plain read would have left it.
  ///
  /// - Parameter length: bytes that the read gave.
  @inline(never)
  func straighten(_ frame: Bytes, length: Int) {
    var target = FrameLayout.start + VirtioHeader.size + headers + gsoSize
    var source = FrameLayout.image + (head + gsoSize) + head
    let end = FrameLayout.start + length
    while target < end {
      let count = min(gsoSize, end - target)
      frame.slice(target, count).move(frame.slice(source, count))
      target += gsoSize
      source += head + gsoSize
    }
  }
}

/// One frame's read: the layout it was last filled with, and the runs for that.
@safe
struct FrameRead {
  private let frame: Bytes
  private var runs: GatherList
  /// The layout that `runs` stands for.
  private var built = FrameLayout.plain
  /// How the frame was filled last.
  private(set) var layout = FrameLayout.plain

  static let footprint = GatherList.footprint + 64

  init(_ frame: Bytes, from slab: inout Slab) {
    self.frame = frame
    runs = GatherList(slab.carve(GatherList.footprint))
  }

  /// Bytes from the frame's start that are contiguous however long the packet is.
  var contiguous: Int {
    layout.isPlain ? Int.max : VirtioHeader.size &+ layout.headers &+ layout.gsoSize
  }

  /// Makes the frame contiguous, where it is not; `length` is what its read gave.
  mutating func straighten(length: Int) {
    guard length > contiguous else { return }
    layout.straighten(frame, length: length)
    layout = .plain
  }

  /// Where a plain read goes, which this is noted as.
  mutating func plain() -> Bytes {
    layout = .plain
    return frame.dropFirst(FrameLayout.start)
  }

  /// Reads a packet from the device; its bytes, or -1 and errno.
  mutating func read(_ queue: Int32, layout wanted: FrameLayout) -> Int {
    if !wanted.isPlain, wanted == built || build(wanted) {
      layout = wanted
      // SAFETY: the runs are inside the frame, which the caller holds.
      return unsafe readv(queue, runs.entries, Int32(runs.count))
    }
    let target = plain()
    // SAFETY: as above.
    return unsafe Glibc.read(queue, target.base, target.count)
  }

  private mutating func build(_ wanted: FrameLayout) -> Bool {
    built = .plain
    guard wanted.gather(frame, into: &runs) else { return false }
    built = wanted
    return true
  }
}

/// The layout for the next reads of a lane: set by what outbound saw last.
@safe
struct CurrentLayout {
  // SAFETY: a column of the slab with one value, used by this lane alone.
  private let value: UnsafeMutablePointer<FrameLayout>

  init(from slab: inout Slab) {
    unsafe value = slab.carve(MemoryLayout<FrameLayout>.size).base
      .assumingMemoryBound(to: FrameLayout.self)
    unsafe value.initialize(to: .plain)
  }

  var current: FrameLayout {
    get { unsafe value.pointee }
    nonmutating set { unsafe value.pointee = newValue }
  }
}
