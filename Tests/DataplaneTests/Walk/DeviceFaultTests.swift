import Testing

@testable import Dataplane

@Suite("What the device may not give")
struct DeviceFaultTests {
  static let tcp = TCPCase(payload: 5_000, gsoSize: 1_392)

  /// Changes of a good TCP super-packet's frame that make it one to be refused.
  static let changes: [(name: String, change: @Sendable (inout [UInt8]) -> Void)] = [
    ("nothing", { $0 = [] }),
    ("a virtio header alone", { $0.removeLast($0.count - 10) }),
    ("a header cut short", { $0.removeLast($0.count - 29) }),
    ("version 5", { $0[10] = 0x55 }),
    ("an IP length that lies", { $0.put(big16: 5_000, 12) }),
    ("a byte more than stated", { $0.append(0) }),
    ("IPv6 segments of an IPv4 packet", { $0[1] = 4 }),
    ("UDP segments of a TCP packet", { $0[1] = 5 }),
    ("fragmentation offload", { $0[1] = 3 }),
    ("an unknown GSO type", { $0[1] = 0x7f }),
    ("a segment size of 0", { $0.put(little16: 0, 4) }),
    ("no partial checksum", { $0[0] = 0 }),
    ("a checksum from elsewhere", { $0.put(little16: 24, 6) }),
    ("a TCP header that ends outside", { $0[10 + 20 + 12] = 0x10 }),
    ("a fragment", { $0.put(big16: 0x2000, 16) }),
  ]

  @Test("Counted, nothing sent", arguments: changes.indices)
  func refused(_ index: Int) throws {
    let here = try TunnelEnd()
    var frame = Self.tcp.frame
    Self.changes[index].change(&frame)
    #expect(here.send([frame]).isEmpty, "\(Self.changes[index].name)")
    #expect(here.drops == [.dropDeviceMalformed: 1], "\(Self.changes[index].name)")
    #expect(here.isIdle)
  }

  @Test("A gso_type with the ECN bit is a TCP super-packet like any", arguments: [true, false])
  func ecn(isIPv4: Bool) throws {
    let here = try TunnelEnd()
    let there = try TunnelEnd()
    var test = Self.tcp
    test.isIPv4 = isIPv4
    test.flags |= InnerPacket.cwr
    let frame = test.frame
    #expect(frame[1] & 0x80 != 0)
    #expect(difference(there.receive(here.send([frame])), [DeviceRecord(bytes: frame)]) == nil)
  }

  @Test("A checksum field outside the packet is refused", arguments: [65_535, 200, 49])
  func checksumOutside(_ start: Int) throws {
    let here = try TunnelEnd()
    var packet = InnerPacket()
    packet.payload = Payload.pattern(20)
    var frame = packet.frame()
    frame.put(little16: start, 6)
    #expect(here.send([frame]).isEmpty)
    #expect(here.drops == [.dropDeviceMalformed: 1])
  }

  @Test("Without a train slot the packet is dropped and counted")
  func noTrains() throws {
    let here = try TunnelEnd()
    here.refuseTrains(true)
    #expect(here.send([Self.tcp.frame, InnerPacket().frame()]).isEmpty)
    #expect(here.drops == [.dropSendError: 5])
    here.refuseTrains(false)
    let there = try TunnelEnd()
    #expect(
      difference(there.receive(here.send([Self.tcp.frame])), [DeviceRecord(bytes: Self.tcp.frame)])
        == nil)
    #expect(here.isIdle)
  }

  @Test("Truncated at every byte: refused")
  func truncated() throws {
    let here = try TunnelEnd()
    let frame = InnerPacket().frame()
    for length in 0..<frame.count { #expect(here.send([Array(frame.prefix(length))]).isEmpty) }
    #expect(here.drops == [.dropDeviceMalformed: frame.count])
  }
}
