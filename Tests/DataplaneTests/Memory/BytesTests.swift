import Testing

@testable import Dataplane

@Suite("Bytes")
struct BytesTests {
  @Test("Numbers in both byte orders, at odd places")
  func numbers() {
    withBytes([0xff, 1, 2, 3, 4, 5, 6, 7, 8]) { bytes in
      #expect(bytes.u16(1) == 0x0102)
      #expect(bytes.u32(1) == 0x0102_0304)
      #expect(bytes.le16(1) == 0x0201)
      #expect(bytes.le32(1) == 0x0403_0201)
      #expect(bytes.le64(1) == 0x0807_0605_0403_0201)
      bytes.put(u16: 0xa1a2, 0)
      bytes.put(u32: 0xb1b2_b3b4, 2)
      #expect(bytes.copied() == [0xa1, 0xa2, 0xb1, 0xb2, 0xb3, 0xb4, 6, 7, 8])
      bytes.put(le16: 0x1_c1c2, 0)
      bytes.put(le32: 0xd1d2_d3d4, 2)
      #expect(bytes.copied() == [0xc2, 0xc1, 0xd4, 0xd3, 0xd2, 0xd1, 6, 7, 8])
      bytes.put(le64: 1, 1)
      #expect(bytes.copied() == [0xc2, 1, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test("Runs: slices, copies, zeroes, equality")
  func runs() {
    withBytes([1, 2, 3, 4, 5, 6]) { bytes in
      #expect(bytes.slice(2, 3).copied() == [3, 4, 5])
      #expect(bytes.dropFirst(4).copied() == [5, 6])
      #expect(bytes.dropFirst(6).count == 0)
      #expect(bytes.slice(0, 2).end == bytes.slice(2, 1).base)
      withBytes([9, 9]) { bytes.copy($0, to: 1) }
      bytes.zero(4, 2)
      #expect(bytes.copied() == [1, 9, 9, 4, 0, 0])
      #expect(bytes.slice(1, 1).equals(bytes.slice(2, 1)))
      #expect(!bytes.slice(1, 1).equals(bytes.slice(3, 1)))
      #expect(!bytes.slice(1, 1).equals(bytes.slice(1, 2)))
      #expect(bytes.slice(0, 0).equals(bytes.slice(3, 0)))
    }
  }

  @Test("Hosts' numbers do not depend on alignment")
  func unaligned() {
    withBytes([UInt8](repeating: 0, count: 16)) { bytes in
      for offset in 0...8 {
        bytes.store(UInt64(0x1122_3344_5566_7788), offset)
        #expect(bytes.load(offset, as: UInt64.self) == 0x1122_3344_5566_7788)
      }
    }
  }
}
