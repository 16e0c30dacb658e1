internal import CLZ4

/// LZ4, one independent block per datagram or packet, where it pays.
///
/// Never two flows in one block: its length would tell one flow's owner about the other's bytes.
struct Compressor {
  /// A sample this long tells random bytes from compressible ones in under 2 µs (perf/LEDGER.md).
  static let sampleSize = 1024
  /// Packets shorter than this gain nothing.
  static let shortestPacket = 128

  private let mode: Plan.Compression
  private let flows: FlowTable
  private let state: Bytes
  private let probe: Bytes
  var governor = LinkGovernor()

  init(_ mode: Plan.Compression, memory: LaneMemory) {
    self.mode = mode
    flows = FlowTable(memory.flows)
    state = memory.lz4
    probe = memory.probe
  }

  /// Whether packets are tried at all now.
  var isOn: Bool { mode == .always || mode == .auto && governor.compresses }
  /// Whether the governor wants samples.
  var isAutomatic: Bool { mode == .auto }

  /// Whether to compress a super-packet of this flow: not while backing off, and only if a sample shrinks.
  func accepts(_ payload: Bytes, flow: UInt32) -> Bool {
    guard isOn, flows.wants(flow) else { return false }
    let length = min(payload.count, Self.sampleSize)
    let sample = payload.slice((payload.count &- length) / 2, length)
    // A tenth at least, or the work is not worth it.
    let shrinks = compress(sample, into: probe.slice(0, length &- length / 10)) > 0
    flows.note(flow, paid: shrinks)
    return shrinks
  }

  /// Compresses a whole packet into `target`; 0 where it is not tried or does not pay.
  func compressPacket(_ packet: Bytes, into target: Bytes, flow: UInt32) -> Int {
    guard isOn, packet.count >= Self.shortestPacket, flows.wants(flow) else { return 0 }
    let written = compress(packet, into: target)
    flows.note(flow, paid: written > 0)
    return written
  }

  /// One block of all of `source`; 0 where it is longer than `target`.
  func compress(_ source: Bytes, into target: Bytes) -> Int {
    // SAFETY: LZ4 reads `source`, writes at most `target.count` bytes, and resets `state` itself.
    unsafe Int(
      LZ4_compress_fast_extState(
        state.base, source.base, target.base, Int32(source.count), Int32(target.count), 1))
  }

  /// One block of as much of `source` as fits `target`.
  ///
  /// - Returns: the bytes taken and the bytes written.
  func fill(_ target: Bytes, from source: Bytes) -> (taken: Int, written: Int) {
    var taken = Int32(source.count)
    // SAFETY: as above; LZ4 keeps its state on the stack here.
    let written = unsafe LZ4_compress_destSize(
      source.base, target.base, &taken, Int32(target.count))
    return (Int(taken), Int(written))
  }

  /// Decompresses a block of a peer: true only if it gives exactly `target.count` bytes.
  ///
  /// LZ4_decompress_safe never reads or writes outside the two runs, whatever the block says.
  static func decompress(_ block: Bytes, into target: Bytes) -> Bool {
    // SAFETY: both runs are live lane memory and do not overlap.
    let written = unsafe LZ4_decompress_safe(
      block.base, target.base, Int32(block.count), Int32(target.count))
    return Int(written) == target.count
  }
}
