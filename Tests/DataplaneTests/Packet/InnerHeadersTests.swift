import Testing

@testable import Dataplane

@Suite("Inner headers")
struct InnerHeadersTests {
  /// A packet, and where its headers are.
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let packet: InnerPacket
    var fragment = false
    var transportLength: Int

    static var table: [Case] {
      var cases: [Case] = []
      for isIPv4 in [true, false] {
        let family = isIPv4 ? "IPv4" : "IPv6"
        var packet = InnerPacket()
        packet.isIPv4 = isIPv4
        packet.payload = Payload.pattern(40)
        cases.append(Case(testDescription: "\(family) UDP", packet: packet, transportLength: 8))
        packet.transport = .tcp(flags: InnerPacket.ack)
        cases.append(Case(testDescription: "\(family) TCP", packet: packet, transportLength: 32))
        packet.tcpOptions = [UInt8](repeating: 1, count: 40)
        cases.append(
          Case(testDescription: "\(family) longest TCP", packet: packet, transportLength: 60))
        packet.tcpOptions = []
        cases.append(
          Case(testDescription: "\(family) shortest TCP", packet: packet, transportLength: 20))
        packet.transport = .other(isIPv4 ? 1 : 58)
        cases.append(Case(testDescription: "\(family) ICMP", packet: packet, transportLength: 0))
        packet.transport = .other(59)
        cases.append(Case(testDescription: "\(family) none", packet: packet, transportLength: 0))
      }
      var options = InnerPacket()
      for count in stride(from: 4, through: 40, by: 4) {
        options.options = [UInt8](repeating: 1, count: count)
        cases.append(
          Case(testDescription: "\(count) bytes of options", packet: options, transportLength: 8))
      }
      return cases + extensions
    }

    /// Each extension header that is walked, of several lengths, alone and in chains.
    private static var extensions: [Case] {
      var cases: [Case] = []
      var packet = InnerPacket()
      packet.isIPv4 = false
      packet.payload = Payload.pattern(40)
      for kind: UInt8 in [0, 43, 60] {
        for units in [0, 1, 5] {
          let bytes = [0, UInt8(units)] + [UInt8](repeating: 0, count: 6 + 8 * units)
          packet.extensions = [(kind: kind, bytes: bytes)]
          cases.append(
            Case(
              testDescription: "extension \(kind) of \(bytes.count) bytes", packet: packet,
              transportLength: 8))
        }
      }
      let short: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
      packet.extensions = [(0, short), (60, short), (43, short), (60, short)]
      packet.transport = .tcp(flags: InnerPacket.ack)
      cases.append(
        Case(testDescription: "a chain of extensions", packet: packet, transportLength: 32))
      packet.extensions = Array(repeating: (60, short), count: 7)
      cases.append(Case(testDescription: "seven extensions", packet: packet, transportLength: 32))
      return cases
    }
  }

  @Test("Headers are where the packet has them", arguments: Case.table)
  func good(_ test: Case) throws {
    try withBytes(test.packet.bytes) { bytes in
      let headers = try #require(InnerHeaders.parse(bytes))
      #expect(headers.isIPv4 == test.packet.isIPv4)
      #expect(headers.networkLength == test.packet.networkLength)
      #expect(headers.transportLength == test.transportLength)
      #expect(headers.length == test.packet.networkLength + test.transportLength)
      #expect(!headers.isFragment)
      #expect(headers.isUDP == (test.packet.transport == .udp))
      #expect(headers.isTCP == (test.transportLength >= 20))
      #expect(InnerHeaders.statedLength(bytes) == bytes.count)
    }
  }

  /// A route, and where its last address is; nil: the header's destination is where the way ends.
  struct Route: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let isIPv4: Bool
    /// IPv4 options, or extension headers.
    let route: [(kind: UInt8, bytes: [UInt8])]
    let end: Int?

    private static func ipv4(_ name: String, _ options: [UInt8], end: Int? = nil) -> Route {
      Route(testDescription: name, isIPv4: true, route: [(0, options)], end: end)
    }
    private static func ipv6(
      _ name: String, type: UInt8, left: UInt8 = 1, addresses: Int = 1, tail: Int = 0,
      behind: Int = 0, end: Int? = nil
    ) -> Route {
      let length = addresses * 16 + tail
      let header = [0, UInt8(length / 8), type, left] + [UInt8](repeating: 0, count: 4 + length)
      let options = (kind: UInt8(60), bytes: [UInt8](repeating: 0, count: 8))
      return Route(
        testDescription: name, isIPv4: false,
        route: Array(repeating: options, count: behind) + [(43, header)], end: end)
    }

    static let table: [Route] = [
      ipv4("loose", [131, 7, 4, 1, 2, 3, 4, 0], end: 23),
      ipv4("strict, two addresses", [137, 11, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0], end: 27),
      ipv4("behind others", [1, 7, 7, 4, 0, 0, 0, 0, 131, 7, 4, 9, 9, 9, 9, 0], end: 31),
      ipv4("used up", [131, 7, 8, 1, 2, 3, 4, 0]),
      ipv4("behind the end", [0, 131, 7, 4, 1, 2, 3, 4]),
      ipv4("longer than the header", [131, 11, 4, 1, 2, 3, 4, 0]),
      ipv4("too short", [131, 3, 4, 0]),
      ipv4("no length", [1, 1, 1, 131]),
      ipv4("an option of no length before it", [7, 0, 131, 7, 4, 1, 2, 3, 4, 0, 0, 0], end: 25),
      ipv6("segments", type: 4, addresses: 3, end: 48),
      ipv6("segments, and a TLV", type: 4, addresses: 2, tail: 8, end: 48),
      ipv6("behind others", type: 4, behind: 2, end: 64),
      ipv6("of mobile hosts", type: 2, end: 48),
      ipv6("type 0", type: 0, addresses: 3, end: 80),
      ipv6("segments used up", type: 4, left: 0),
      ipv6("no address", type: 4, addresses: 0),
      ipv6("compressed", type: 3, addresses: 2),
    ]
  }

  @Test("Where a packet's way ends", arguments: Route.table)
  func routes(_ test: Route) throws {
    var packet = InnerPacket()
    packet.isIPv4 = test.isIPv4
    packet.payload = Payload.pattern(40)
    if test.isIPv4 { packet.options = test.route[0].bytes } else { packet.extensions = test.route }
    try withBytes(packet.bytes) { bytes in
      let headers = try #require(InnerHeaders.parse(bytes))
      #expect(SourceRoute.destination(bytes, headers) == test.end ?? (test.isIPv4 ? 16 : 24))
      #expect(headers.networkLength == packet.networkLength)
      #expect(headers.isUDP)
    }
  }

  @Test("Cut at every byte: the truth about what is left, or nothing", arguments: Case.table)
  func truncated(_ test: Case) {
    let whole = test.packet.bytes
    for length in 0..<whole.count {
      withBytes(Array(whole.prefix(length))) { bytes in
        let headers = InnerHeaders.parse(bytes)
        if length < test.packet.networkLength {
          #expect(headers == nil, "at \(length)")
        } else {
          #expect(headers?.networkLength == test.packet.networkLength, "at \(length)")
          let isWhole = length >= test.packet.networkLength + test.transportLength
          #expect(headers?.transportLength == (isWhole ? test.transportLength : 0), "at \(length)")
        }
      }
    }
  }

  @Test("IPv4 fragments have no transport header", arguments: [0x2000, 0x0001, 0x1fff, 0x3fff])
  func fragments(_ field: Int) throws {
    var bytes = InnerPacket().bytes
    bytes.put(big16: UInt16(field), 6)
    try withBytes(bytes) {
      let headers = try #require(InnerHeaders.parse($0))
      #expect(headers.isFragment && headers.transportLength == 0 && headers.length == 20)
      #expect(!headers.isTCP && !headers.isUDP)
    }
  }

  @Test("DF, and the reserved bit, make no fragment", arguments: [0x4000, 0x8000, 0xc000, 0])
  func noFragments(_ field: Int) throws {
    var bytes = InnerPacket().bytes
    bytes.put(big16: UInt16(field), 6)
    withBytes(bytes) { #expect(InnerHeaders.parse($0)?.isUDP == true) }
  }

  @Test("An IPv6 fragment header ends the walk, also behind others", arguments: [0, 1, 3])
  func fragmentHeader(_ before: Int) throws {
    var packet = InnerPacket()
    packet.isIPv4 = false
    packet.extensions =
      Array(repeating: (60, [0, 0, 0, 0, 0, 0, 0, 0]), count: before)
      + [(44, [0, 0, 0, 1, 0, 0, 0, 9])]
    try withBytes(packet.bytes) {
      let headers = try #require(InnerHeaders.parse($0))
      #expect(headers.isFragment && headers.transportLength == 0)
      #expect(headers.networkLength == 40 + 8 * before)
    }
  }

  @Test("Header lengths that lie", arguments: 0..<16)
  func headerLengths(_ words: Int) {
    var bytes = InnerPacket().bytes  // 28 bytes
    bytes[0] = 0x40 | UInt8(words)
    withBytes(bytes) {
      let headers = InnerHeaders.parse($0)
      #expect((headers != nil) == (words >= 5 && words <= 7))
      #expect(headers?.networkLength ?? 0 <= bytes.count)
    }
    var packet = InnerPacket()
    packet.transport = .tcp(flags: 0)
    bytes = packet.bytes  // 20 and 32 bytes
    bytes[20 + 12] = UInt8(words) << 4
    withBytes(bytes) {
      let isRight = words >= 5 && words <= 8
      #expect(InnerHeaders.parse($0)?.transportLength == (isRight ? words * 4 : 0))
    }
  }

  @Test("Extension headers that lie about their length, or never end")
  func extensionLies() {
    var packet = InnerPacket()
    packet.isIPv4 = false
    packet.extensions = [(60, [0, 0, 0, 0, 0, 0, 0, 0])]
    var bytes = packet.bytes  // 48 + 8
    for units in 1...255 {
      bytes[41] = UInt8(units)
      withBytes(bytes) { headers in
        #expect((InnerHeaders.parse(headers) != nil) == (units == 1))
      }
    }
    packet.extensions = Array(repeating: (60, [0, 0, 0, 0, 0, 0, 0, 0]), count: 100)
    withBytes(packet.bytes) { #expect(InnerHeaders.parse($0) == nil) }
  }

  @Test("No other version is a packet", arguments: 0..<16)
  func versions(_ version: Int) {
    var packet = InnerPacket()
    packet.isIPv4 = version != 6
    var bytes = packet.bytes
    bytes[0] = UInt8(version) << 4 | bytes[0] & 15
    withBytes(bytes) { #expect((InnerHeaders.parse($0) != nil) == (version == 4 || version == 6)) }
  }

  @Test(
    "The stated length is the IP header's, whatever the bytes", arguments: [0, 20, 1_500, 65_535])
  func statedLength(_ length: Int) {
    var bytes = InnerPacket().bytes
    bytes.put(big16: UInt16(length), 2)
    withBytes(bytes) { #expect(InnerHeaders.statedLength($0) == length) }
    var packet = InnerPacket()
    packet.isIPv4 = false
    bytes = packet.bytes
    bytes.put(big16: UInt16(length), 4)
    withBytes(bytes) { #expect(InnerHeaders.statedLength($0) == length + 40) }
  }
}
