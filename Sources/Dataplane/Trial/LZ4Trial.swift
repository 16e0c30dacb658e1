internal import CLZ4

/// Bytes to compress, in lane memory as everywhere.
struct LZ4Material: ~Copyable {
  let source: Bytes
  let target: Bytes
  let compressor: Compressor
  private let slab: Slab

  /// What one datagram holds of a super-packet beside the heads.
  static let room = 1392

  init(_ bytes: [UInt8]) throws {
    precondition(bytes.count >= 1 << 16)
    var slab = try Slab(size: LaneMemory.budgetBytes + (1 << 18))
    compressor = Compressor(.always, memory: LaneMemory(from: &slab))
    source = slab.carve(1 << 16)
    target = slab.carve(1 << 16)
    source.fill(Array(bytes.prefix(1 << 16)))
    self.slab = slab
  }
}

/// One datagram filled with what compresses.
struct LZ4FillTrial: TrialOperation, ~Copyable {
  private let material: LZ4Material

  init(_ bytes: [UInt8]) throws { material = try LZ4Material(bytes) }

  mutating func perform(_ turns: Int) -> Bool {
    let target = material.target.slice(0, LZ4Material.room)
    var taken = 0
    for _ in 0..<turns { taken &+= material.compressor.fill(target, from: material.source).taken }
    return taken > turns * LZ4Material.room
  }
}

/// The sample by which a flow that does not compress is found out.
struct LZ4SampleTrial: TrialOperation, ~Copyable {
  private let material: LZ4Material

  init(_ bytes: [UInt8]) throws { material = try LZ4Material(bytes) }

  mutating func perform(_ turns: Int) -> Bool {
    let size = Compressor.sampleSize
    let sample = material.source.slice(0, size)
    let target = material.target.slice(0, size - size / 10)
    var written = 0
    for _ in 0..<turns { written &+= material.compressor.compress(sample, into: target) }
    return written == 0
  }
}

/// One datagram's block decompressed.
struct LZ4OpenTrial: TrialOperation, ~Copyable {
  private let material: LZ4Material
  private let block: Bytes
  private let raw: Int

  init(_ bytes: [UInt8]) throws {
    material = try LZ4Material(bytes)
    let target = material.target.slice(0, LZ4Material.room)
    let (taken, written) = material.compressor.fill(target, from: material.source)
    block = target.slice(0, written)
    raw = taken
  }

  mutating func perform(_ turns: Int) -> Bool {
    let target = material.source.slice(0, raw)
    var opened = 0
    for _ in 0..<turns where Compressor.decompress(block, into: target) { opened &+= 1 }
    return opened == turns
  }
}

extension Compressor {
  /// For the record: "LZ4 1.9.4".
  static var library: String { unsafe "LZ4 \(String(cString: LZ4_versionString()))" }
}
