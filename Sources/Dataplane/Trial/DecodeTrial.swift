/// A datagram's records, one after the other, as the walk reads them.
struct DecodeTrial: TrialOperation, ~Copyable {
  private static let packets = 15
  private static let slices = 1
  /// Records of the datagram.
  static let records = packets + slices

  private let datagram: Bytes
  private let slab: Slab

  init() throws {
    var slab = try Slab(size: 4096)
    let bytes = slab.carve(1456)
    var at = 0
    for _ in 0..<Self.packets {
      let record = bytes.slice(at, Record.packetHeader + SmallPackets.size)
      record[0] = Record.Kind.packet
      record.put(le16: SmallPackets.size, 2)
      at += record.count
    }
    let slice = bytes.dropFirst(at)
    slice.writeSlice(headers: TrialPacket.tcpHeaders, total: 60_000, offset: 20_000)
    datagram = bytes
    self.slab = slab
  }

  mutating func perform(_ turns: Int) -> Bool {
    var seen = 0
    for _ in 0..<turns {
      var position = 0
      var verdict: Counter?
      while let record = Record.next(datagram, &position, verdict: &verdict) {
        seen &+= record.rawLength > 0 ? 1 : 0
      }
      guard verdict == nil else { return false }
    }
    return seen == turns * Self.records
  }
}

/// Datagrams whose first record cannot be, each in another way.
struct DecodeBadTrial: TrialOperation, ~Copyable {
  static let datagrams = 8

  private let all: Bytes
  private let slab: Slab
  private static let size = 128

  init() throws {
    var slab = try Slab(size: 4096)
    all = slab.carve(Self.size * Self.datagrams)
    self.slab = slab
    let (total, headers) = (1000, 20)
    datagram(0)[0] = 200  // No such kind.
    datagram(1)[0] = Record.Kind.packet  // Of no length.
    datagram(2)[0] = Record.Kind.packet
    datagram(2).put(le16: Self.size, 2)  // Longer than the datagram.
    datagram(3)[0] = Record.Kind.slice  // Without inner headers.
    datagram(4).writeSlice(headers: headers, total: total, offset: total)  // Beyond the packet.
    datagram(5).writeSlice(headers: headers, total: 65_535, offset: 0)  // Of too long a packet.
    datagram(6).writeSlice(headers: headers, total: total, offset: 0, gsoSize: 0)
    datagram(7)[0] = Record.Kind.packetLZ4
    datagram(7).put(le16: 0xffff, 2)
  }

  private func datagram(_ index: Int) -> Bytes { all.slice(index &* Self.size, Self.size) }

  mutating func perform(_ turns: Int) -> Bool {
    var found = 0
    for _ in 0..<turns {
      for index in 0..<Self.datagrams {
        var position = 0
        var verdict: Counter?
        let record = Record.next(datagram(index), &position, verdict: &verdict)
        if record == nil, verdict != nil { found &+= 1 }
      }
    }
    return found == turns * Self.datagrams
  }
}

extension Bytes {
  /// One slice that takes up all of the run.
  fileprivate func writeSlice(headers: Int, total: Int, offset: Int, gsoSize: Int = 1376) {
    self[0] = Record.Kind.slice
    self[2] = UInt8(headers)
    put(le16: total, 4)
    put(le16: offset, 6)
    put(le16: gsoSize, 8)
    put(le16: count - Record.sliceHeader - headers, 10)
  }
}
