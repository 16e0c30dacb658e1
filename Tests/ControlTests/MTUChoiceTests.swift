import Control
import Glibc
import Testing

@Suite struct MTUChoiceTests {
  @Test(arguments: [
    (1_500, AF_INET, 1_456, 1_428), (1_500, AF_INET6, 1_436, 1_408), (9_000, AF_INET, 8_956, 8_928),
    (1_280, AF_INET6, 1_216, 1_188), (65_536, AF_INET, 65_491, 60_000),
  ])
  func pathLeaves(path: Int, family: Int32, datagram: Int, mtu: Int) throws {
    let overhead = PathOverhead(pathMTU: path, family: family)
    #expect(overhead.datagramLimit == datagram)
    #expect(overhead.largestMTU == mtu)
    #expect(try MTUChoice.auto.settle(overhead, innerIPv6: false) == mtu)
  }

  @Test(
    "A super-packet of the longest segments makes one train, sealed",
    arguments: [
      576, 1_280, 1_400, 1_454, 1_460, 1_492, 1_500, 2_000, 9_000, 65_535,
    ])
  func superPackets(path: Int) throws {
    let overhead = PathOverhead(pathMTU: path, family: AF_INET)
    let mtu = overhead.largestMTU
    let segment = mtu - 52
    // What the kernel makes of the limit: MAX_TCP_HEADER less, in whole segments.
    let segments = (overhead.superPacketLimit(mtu: mtu) - 1 - 320) / segment
    let datagram = path - 20 - 8
    #expect(segments <= 64)
    #expect(segments * datagram <= 65_507)
  }

  @Test(arguments: ["", "Auto", "-1", "+1400", "1400.0", "0x500", " 1400"])
  func malformedIsAUsageError(text: String) {
    let error = #expect(throws: SetupError.self) { try MTUChoice(text) }
    #expect(error?.status == .usage)
  }

  @Test func wordsAreRead() throws {
    #expect(try MTUChoice("auto") == .auto)
    #expect(try MTUChoice("1400") == .bytes(1_400))
  }

  @Test(arguments: [
    (1_428, false, true), (1_429, false, false), (576, false, true), (575, false, false),
    (1_280, true, true), (1_279, true, false),
  ])
  func bytesMustFit(bytes: Int, innerIPv6: Bool, fits: Bool) throws {
    let overhead = PathOverhead(pathMTU: 1_500, family: AF_INET)
    let choice = MTUChoice.bytes(bytes)
    if fits {
      #expect(try choice.settle(overhead, innerIPv6: innerIPv6) == bytes)
    } else {
      let error = #expect(throws: SetupError.self) {
        try choice.settle(overhead, innerIPv6: innerIPv6)
      }
      #expect(error?.status == .usage)
      #expect(error?.remedy.contains("1428") == true)
    }
  }

  @Test func narrowPathCannotCarryIPv6() {
    let overhead = PathOverhead(pathMTU: 1_300, family: AF_INET)
    #expect(throws: SetupError.self) { try MTUChoice.auto.settle(overhead, innerIPv6: true) }
  }
}
