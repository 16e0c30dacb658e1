import Testing

@testable import Dataplane

@Suite("Records")
struct RecordTests {
  /// What walking a datagram's records gave, copied out.
  struct Walk {
    var records: [(kind: UInt8, flags: UInt8, headers: [UInt8], body: [UInt8], raw: Int)] = []
    var bounds: [(total: Int, offset: Int, gsoSize: Int)] = []
    var verdict: Counter?
    var position = 0

    init(_ bytes: [UInt8]) {
      (records, bounds, verdict, position) = withBytes(bytes) { bytes in
        var position = 0
        var verdict: Counter?
        var records: [(kind: UInt8, flags: UInt8, headers: [UInt8], body: [UInt8], raw: Int)] = []
        var bounds: [(total: Int, offset: Int, gsoSize: Int)] = []
        while let record = Record.next(bytes, &position, verdict: &verdict) {
          records.append(
            (
              record.kind, record.flags, record.headers.copied(), record.body.copied(),
              record.rawLength
            ))
          bounds.append((record.total, record.offset, record.gsoSize))
        }
        return (records, bounds, verdict, position)
      }
    }
  }

  static let packet: [UInt8] = [1, 1, 3, 0, 0xa, 0xb, 0xc]
  static let slice: [UInt8] = [
    2, 1, 2, 0, 0x10, 0x27, 0xe8, 0x03, 0xf4, 0x01, 3, 0, 0xe, 0xf, 0xa, 0xb, 0xc,
  ]
  static let packetLZ4: [UInt8] = [3, 0, 3, 0, 0x10, 0x27, 0xa, 0xb, 0xc]
  static let sliceLZ4: [UInt8] = [
    4, 1, 2, 0, 0x10, 0x27, 0xe8, 0x03, 0xf4, 0x01, 3, 0, 0xd0, 0x07, 0xe, 0xf, 0xa, 0xb, 0xc,
  ]
  static let control: [UInt8] = [5, 9, 3, 0, 0xa, 0xb, 0xc]
  static let all = [packet, slice, packetLZ4, sliceLZ4, control]

  @Test("Each kind gives its fields")
  func fields() {
    let walk = Walk(Self.all.flatMap { $0 })
    #expect(walk.verdict == nil)
    #expect(walk.records.map(\.kind) == [1, 2, 3, 4, 5])
    #expect(walk.records.map(\.flags) == [1, 1, 0, 1, 9])
    #expect(walk.records.map(\.headers) == [[], [0xe, 0xf], [], [0xe, 0xf], []])
    for record in walk.records { #expect(record.body == [0xa, 0xb, 0xc]) }
    #expect(walk.records.map(\.raw) == [3, 3, 10_000, 2_000, 3])
    #expect(walk.bounds.map(\.total) == [0, 10_000, 0, 10_000, 0])
    #expect(walk.bounds.map(\.offset) == [0, 1_000, 0, 1_000, 0])
    #expect(walk.bounds.map(\.gsoSize) == [0, 500, 0, 500, 0])
    #expect(walk.position == Self.all.flatMap { $0 }.count)
  }

  @Test("Cut at every byte", arguments: all)
  func truncated(_ record: [UInt8]) {
    #expect(Walk([]).verdict == nil)
    for length in 1..<record.count {
      let walk = Walk(Array(record.prefix(length)))
      #expect(walk.records.isEmpty, "at \(length)")
      #expect(walk.verdict == .dropRecordLength, "at \(length)")
    }
  }

  @Test("A length one too long is refused, one too short leaves a rest", arguments: all)
  func lengths(_ record: [UInt8]) {
    let at = record[0] == 2 || record[0] == 4 ? 10 : 2
    for (length, count) in [(4, 0), (255, 0), (65_535, 0), (0, 0), (2, 1)] {
      var bytes = record
      bytes.put(little16: length, at)
      let walk = Walk(bytes)
      #expect(walk.records.count == count, "\(length)")
      // A shorter body leaves its last byte, 0x0c, to be a record: there is no such kind.
      #expect(walk.verdict == (length == 2 ? .dropRecordKind : .dropRecordLength), "\(length)")
    }
  }

  @Test("No other kind exists")
  func kinds() {
    for kind in UInt8(6)...255 {
      #expect(Walk([kind, 0, 1, 0, 9]).verdict == .dropRecordKind)
    }
  }

  @Test("A pad record takes the rest")
  func pad() {
    let walk = Walk(Self.packet + [0] + [1, 1, 255, 255])
    #expect(walk.records.count == 1 && walk.verdict == nil)
    #expect(walk.position == Self.packet.count + 5)
  }

  /// Fields of a slice: its offset in the record, the value, the counter.
  @Test(
    "Slices whose numbers cannot be", arguments: [slice, sliceLZ4],
    [
      (2, 0, Counter.dropRecordLength),  // No headers.
      (2, 6, .dropRecordLength),  // Headers past the end.
      (4, 1_000, .dropSliceBounds),  // The total at the slice's start.
      (4, 0, .dropSliceBounds), (4, 65_535, .dropSliceBounds), (4, 65_534, .dropSliceBounds),
      (6, 9_998, .dropSliceBounds), (6, 65_535, .dropSliceBounds),
      (8, 0, .dropSliceBounds),
    ])
  func bounds(_ record: [UInt8], _ lie: (at: Int, value: Int, counter: Counter)) {
    var bytes = record
    if lie.at == 2 { bytes[2] = UInt8(lie.value) } else { bytes.put(little16: lie.value, lie.at) }
    let walk = Walk(bytes)
    #expect(walk.records.isEmpty)
    #expect(walk.verdict == lie.counter)
  }

  @Test("Slices at the very edge of what can be")
  func edges() {
    var bytes = Self.slice
    bytes.put(little16: 1_003, 4)  // The last bytes of the payload.
    #expect(Walk(bytes).records.count == 1)
    bytes.put(little16: 65_533, 4)  // With two bytes of headers: an IP packet's limit.
    #expect(Walk(bytes).records.count == 1)
    bytes.put(little16: 65_530, 6)
    #expect(Walk(bytes).records.count == 1)
    bytes.put(little16: 65_531, 6)
    #expect(Walk(bytes).verdict == .dropSliceBounds)
  }

  @Test("A raw length of 0 or beyond the total is no slice", arguments: [0, 9_001, 65_535])
  func rawLengths(_ raw: Int) {
    var bytes = Self.sliceLZ4
    bytes.put(little16: raw, 12)
    #expect(Walk(bytes).verdict == .dropSliceBounds)
  }
}
