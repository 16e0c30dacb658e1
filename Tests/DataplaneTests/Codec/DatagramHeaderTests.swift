import Testing

@testable import Dataplane

@Suite("The datagram header")
struct DatagramHeaderTests {
  static let good: [UInt8] = [5, 3, 1, 0, 0x44, 0x33, 0x22, 0x11, 8, 7, 6, 5, 4, 3, 2, 1]

  func read(_ bytes: [UInt8]) -> (DatagramHeader?, Counter) {
    var verdict = Counter.packetsIn
    let header = withBytes(bytes) {
      DatagramHeader.read($0, kind: 5, lane: 3, verdict: &verdict)
    }
    return (header, verdict)
  }

  @Test("Written and read: every byte in its place")
  func layout() {
    withBytes([UInt8](repeating: 0xff, count: 16)) {
      DatagramHeader.write(
        $0, kind: 5, lane: 3, session: 0x1122_3344, counter: 0x0102_0304_0506_0708)
      #expect($0.copied() == Self.good)
    }
    let (header, verdict) = read(Self.good + [9, 9])
    #expect(header?.session == 0x1122_3344)
    #expect(header?.counter == 0x0102_0304_0506_0708)
    #expect(verdict == .packetsIn)
  }

  @Test("Shorter than a header: truncated", arguments: 0..<16)
  func truncated(_ length: Int) {
    let (header, verdict) = read(Array(Self.good.prefix(length)))
    #expect(header == nil && verdict == .dropTruncated)
  }

  @Test("Any other value of a byte that is judged has its counter")
  func judged() {
    for (offset, counter) in [
      (0, Counter.dropType), (1, .dropLane), (2, .dropVersion), (3, .dropVersion),
    ] {
      for value in UInt8.min...UInt8.max where value != Self.good[offset] {
        var bytes = Self.good
        bytes[offset] = value
        let (header, verdict) = read(bytes)
        #expect(header == nil && verdict == counter, "byte \(offset) = \(value)")
      }
    }
  }

  @Test("Version first, then type, then lane: what a future build sends is no type of ours")
  func order() {
    #expect(read([9, 9, 9, 0] + Self.good.dropFirst(4)).1 == .dropVersion)
    #expect(read([9, 9, 1, 0] + Self.good.dropFirst(4)).1 == .dropType)
  }
}
