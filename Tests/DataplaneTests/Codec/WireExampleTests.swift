import Glibc
import Testing

@testable import Dataplane

/// docs/wire-example.hex says what a datagram is, byte by byte: it must be so, both ways.
@Suite("The example of docs/WIRE.md")
struct WireExampleTests {
  let example: [UInt8]

  init() throws {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let file = try #require(fopen("/\(root)/docs/wire-example.hex", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var line = [CChar](repeating: 0, count: 1_000)
    while fgets(&line, 1_000, file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let digits = text.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      bytes += try digits.map { try #require(UInt8($0, radix: 16)) }
    }
    example = bytes
  }

  static var datagram: InnerPacket {
    var packet = InnerPacket()
    packet.identification = 0x1234
    packet.destinationPort = 53
    packet.payload = Array("hello, fastun".utf8)
    return packet
  }

  static var superPacket: InnerPacket {
    var packet = InnerPacket()
    packet.transport = .tcp(flags: InnerPacket.ack | InnerPacket.psh)
    packet.identification = 0x2000
    packet.sourcePort = 40_001
    packet.sequence = 1_000
    packet.tcpOptions = []
    packet.payload = Array("segment1segment2segment3".utf8)
    return packet
  }

  @Test("Every field is what the comments say")
  func fields() throws {
    try withBytes(example) { bytes in
      var verdict = Counter.packetsIn
      let header = try #require(
        DatagramHeader.read(bytes, kind: 5, lane: 0, verdict: &verdict))
      #expect(header.session == 0x1122_3344 && header.counter == 41)

      let records = bytes.dropFirst(DatagramHeader.size)
      var position = 0
      var malformed: Counter?
      let first = Record.next(records, &position, verdict: &malformed)
      let packet = try #require(first)
      #expect(packet.kind == Record.Kind.packet && packet.flags == Record.partialChecksum)
      #expect(packet.body.array == Self.datagram.bytes)

      let second = Record.next(records, &position, verdict: &malformed)
      let slice = try #require(second)
      #expect(slice.kind == Record.Kind.slice && slice.flags == Record.partialChecksum)
      #expect(slice.headers.array == Array(Self.superPacket.bytes.prefix(40)))
      #expect(slice.total == 24 && slice.offset == 16 && slice.gsoSize == 8)
      #expect(slice.body.array == Array("segment3".utf8) && slice.rawLength == 8)

      let end = Record.next(records, &position, verdict: &malformed)
      #expect(end == nil && malformed == nil && position == records.count)
    }
  }

  @Test("It is delivered as the packet, and the third segment")
  func delivered() throws {
    let there = try TunnelEnd()
    let packets = try Segmenter.packets(of: there.receive(datagrams: [example]))
    let sent =
      [DeviceRecord(bytes: Self.datagram.frame())]
      + [DeviceRecord(bytes: Self.superPacket.frame(gsoSize: 8))]
    let all = try Segmenter.packets(of: sent)
    #expect(packets == [all[0], all[3]])
    #expect(there.drops.isEmpty)
  }

  @Test("The sending side writes the same bytes")
  func encoded() throws {
    // A limit that leaves room for one segment of eight bytes: 16 + 12 + 40 + 8.
    let here = try TunnelEnd(session: 0x1122_3344, limit: 76)
    let sent = here.send([Self.datagram.frame(), Self.superPacket.frame(gsoSize: 8)])
    let datagrams = sent.flatMap(\.datagrams)
    try #require(datagrams.count == 4)
    // All but the counter, which starts at 0 here.
    var header = Array(datagrams[0].prefix(16))
    header[8] = 41
    #expect(
      header + datagrams[0].dropFirst(16) + datagrams[3].dropFirst(16) == example)
  }
}
