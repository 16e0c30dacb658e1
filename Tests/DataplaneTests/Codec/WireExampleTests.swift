import Glibc
import Testing

@testable import Dataplane

/// docs/wire-example.hex says what a datagram is, byte by byte: it must be so, both ways. And so must
/// docs/wire-sealed-example.hex, which holds the same records, sealed.
@Suite("The examples of docs/WIRE.md")
struct WireExampleTests {
  let example: [UInt8]
  /// Key, nonce and datagram.
  let sealedExample: [UInt8]

  init() throws {
    example = try Self.read("wire-example.hex")
    sealedExample = try Self.read("wire-sealed-example.hex")
  }

  /// The bytes of a file in docs/, without its comments.
  private static func read(_ name: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let file = try #require(fopen("/\(root)/docs/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var line = [CChar](repeating: 0, count: 1_000)
    while fgets(&line, 1_000, file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let digits = text.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      bytes += try digits.map { try #require(UInt8($0, radix: 16)) }
    }
    return bytes
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
      #expect(packet.body.copied() == Self.datagram.bytes)

      let second = Record.next(records, &position, verdict: &malformed)
      let slice = try #require(second)
      #expect(slice.kind == Record.Kind.slice && slice.flags == Record.partialChecksum)
      #expect(slice.headers.copied() == Array(Self.superPacket.bytes.prefix(40)))
      #expect(slice.total == 24 && slice.offset == 16 && slice.gsoSize == 8)
      #expect(slice.body.copied() == Array("segment3".utf8) && slice.rawLength == 8)

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
    #expect(byFlow(packets) == byFlow([all[0], all[3]]))
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

  // MARK: Sealed

  private var key: [UInt8] { Array(sealedExample.prefix(32)) }
  private var nonce: [UInt8] { Array(sealedExample[32..<44]) }
  private var sealed: [UInt8] { Array(sealedExample.dropFirst(44)) }

  @Test("Sealed, every field is what the comments say")
  func sealedFields() throws {
    try withBytes(sealed) { bytes in
      var verdict = Counter.packetsIn
      let header = try #require(
        DatagramHeader.read(bytes, kind: 4, lane: 2, verdict: &verdict))
      #expect(header.session == 0x5566_7788 && header.counter == 41)
      #expect(Nonce(lane: 2, counter: header.counter).bytes == nonce)
    }
  }

  @Test(
    "The records in the clear seal to that, and open from it",
    arguments: SealingLibrary.all.filter { $0.cipher == .aes256GCM })
  func sealedRecords(_ library: SealingLibrary) {
    let nonce = Nonce(lane: 2, counter: 41)
    let (header, records) = (Array(sealed.prefix(16)), Array(example.dropFirst(16)))
    #expect(
      library.key(key, .sealing).seal(records, nonce, header) == Array(sealed.dropFirst(16)))
    #expect(
      library.key(key, .opening).open(Array(sealed.dropFirst(16)), nonce, header) == records)
  }

  @Test("Sealed, it is delivered as the same packets")
  func sealedDelivered() throws {
    let there = try SealedEnd(sealedLane: 2)
    let secret = key.withUnsafeBytes { Secret($0) }
    there.sealer.install(
      SessionKeys(
        cipher: .aes256GCM, localIndex: 0x5566_7788, remoteIndex: 1, sending: secret,
        receiving: secret, isProven: true))
    let clear = try TunnelEnd()
    #expect(
      difference(
        there.receive(datagrams: [sealed]), clear.receive(datagrams: [example])) == nil)
    #expect(there.drops.isEmpty && there[.packetsIn] == 2)
  }
}
