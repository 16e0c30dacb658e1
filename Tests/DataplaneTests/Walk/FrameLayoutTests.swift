import Testing

@testable import Dataplane

/// Frames are read with room for heads, as the frame before suggests: whatever comes instead must go out the
/// same as if it had been read plainly.
@Suite("Frames laid out for their datagrams")
struct FrameLayoutTests {
  /// Packets of every kind that the layout may be right or wrong for.
  private static let frames: [[UInt8]] = {
    var frames = [TCPCase]([
      TCPCase(payload: 60_000, gsoSize: 1_392),
      TCPCase(payload: 4_000, gsoSize: 1_392),
      TCPCase(payload: 60_000, gsoSize: 1_300),
      TCPCase(isIPv4: false, payload: 50_000, gsoSize: 1_392 - 20),
      TCPCase(payload: 30_000, gsoSize: 1_300, options: 40),
      TCPCase(payload: 9_000, gsoSize: 600),
      TCPCase(payload: 9_000, gsoSize: 300),
    ]).map(\.frame)
    var udp = InnerPacket()
    udp.payload = Payload.pattern(20_000)
    frames.append(udp.frame(gsoSize: 1_392))
    udp.payload = Payload.pattern(1_400)
    frames.append(udp.frame(gsoSize: 0))
    udp.payload = Payload.pattern(3)
    frames.append(udp.frame(gsoSize: 0))
    // Headers that reach beyond the first segment of any layout.
    var long = InnerPacket()
    long.isIPv4 = false
    long.extensions = [(kind: 60, bytes: [0, 127] + [UInt8](repeating: 1, count: 1_022))]
    long.payload = Payload.pattern(100)
    frames.append(long.frame(gsoSize: 0))
    return frames
  }()

  @Test("After any other frame, a frame goes out as it does after none", arguments: frames.indices)
  func afterAnother(_ first: Int) throws {
    for second in Self.frames.indices {
      let fresh = try TunnelEnd()
      let plain = fresh.send([Self.frames[second]])
      let here = try TunnelEnd()
      let there = try TunnelEnd()
      _ = there.receive(here.send([Self.frames[first]]))

      let trains = here.send([Self.frames[second]])

      #expect(trains.map { $0.datagrams.count } == plain.map { $0.datagrams.count })
      #expect(trains.map(\.segment) == plain.map(\.segment))
      let expected = try TunnelEnd().receive(plain)
      #expect(
        difference(there.receive(trains), expected) == nil, "frame \(second) after \(first)")
      #expect(here.isIdle && there.isIdle)
      #expect(here.drops.isEmpty && there.drops == fresh.drops)
    }
  }

  @Test("A jumbo packet that is no super-packet is contiguous after a super-packet")
  func jumbo() throws {
    let here = try TunnelEnd(limit: 8_972)
    let there = try TunnelEnd(limit: 8_972)
    _ = here.send([TCPCase(payload: 40_000, gsoSize: 8_800).frame])
    _ = here.send([TCPCase(payload: 40_000, gsoSize: 5_000).frame])
    var packet = InnerPacket()
    packet.payload = Payload.pattern(8_800)
    let frame = packet.frame(gsoSize: 0)

    let writes = there.receive(here.send([frame]))

    #expect(difference(writes, [DeviceRecord(bytes: frame)]) == nil)
  }

  @Test("A straightened frame is what a plain read gives", arguments: [512, 1_392, 8_800])
  func straighten(_ gsoSize: Int) throws {
    var slab = try Slab(size: LaneMemory.budgetBytes)
    let memory = LaneMemory(from: &slab)
    let device = LoopDevice()
    let layout = FrameLayout(headers: 52, gsoSize: gsoSize)
    for length in [1, 62, 62 + gsoSize, 63 + gsoSize, 5 * gsoSize, 60_000] {
      let bytes = Payload.pattern(length)
      device.put(bytes)
      #expect(memory.frameReads[0].read(device.queue, layout: layout) == length)
      memory.frameReads[0].straighten(length: length)
      let frame = memory.frames[0].slice(FrameLayout.start, length)
      #expect(frame.array == bytes, "\(length) bytes")
    }
  }
}
