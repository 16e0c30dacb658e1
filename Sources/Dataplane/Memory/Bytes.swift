import Glibc

/// A run of lane memory: where it starts and how many bytes it has.
///
/// The one type through which the walk touches packets. Whoever makes a `Bytes` answers for its bounds;
/// accesses are checked by `assert`, so debug builds and fuzzing trap on the first byte outside, while a
/// release build pays nothing: each stage checks lengths once, then reads at fixed offsets.
@safe
struct Bytes {
  // SAFETY: points into the lane's slab, which is unmapped only after the lane's thread has ended.
  let base: UnsafeMutableRawPointer
  let count: Int

  init(_ base: UnsafeMutableRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// The address after the last byte.
  var end: UnsafeMutableRawPointer { unsafe base + count }

  /// `count` bytes from `offset` on.
  func slice(_ offset: Int, _ count: Int) -> Bytes {
    assert(offset >= 0 && count >= 0 && offset &+ count <= self.count)
    // SAFETY: inside this run, see the assertion and the type's contract.
    return unsafe Bytes(base + offset, count: count)
  }

  /// All from `offset` on.
  func dropFirst(_ offset: Int) -> Bytes { slice(offset, count &- offset) }

  subscript(offset: Int) -> UInt8 {
    get { load(offset) }
    nonmutating set { store(newValue, offset) }
  }

  /// Big-endian, as inner headers are (RFC 791, 8200).
  func u16(_ offset: Int) -> UInt16 { UInt16(bigEndian: load(offset)) }
  func u32(_ offset: Int) -> UInt32 { UInt32(bigEndian: load(offset)) }
  func put(u16 value: UInt16, _ offset: Int) { store(value.bigEndian, offset) }
  func put(u32 value: UInt32, _ offset: Int) { store(value.bigEndian, offset) }

  /// Little-endian, as fastun's own headers are.
  func le16(_ offset: Int) -> Int { Int(UInt16(littleEndian: load(offset))) }
  func le32(_ offset: Int) -> UInt32 { UInt32(littleEndian: load(offset)) }
  func le64(_ offset: Int) -> UInt64 { UInt64(littleEndian: load(offset)) }
  func put(le16 value: Int, _ offset: Int) {
    store(UInt16(truncatingIfNeeded: value).littleEndian, offset)
  }
  func put(le32 value: UInt32, _ offset: Int) { store(value.littleEndian, offset) }
  func put(le64 value: UInt64, _ offset: Int) { store(value.littleEndian, offset) }

  /// Two numbers, in one store: a cipher that loads 16 bytes at once does not wait for two.
  func put(le64 first: UInt64, _ second: UInt64, _ offset: Int) {
    put(SIMD2(first.littleEndian, second.littleEndian), offset)
  }

  /// In the machine's order, for comparing and for structures of the kernel.
  func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as: T.Type = T.self) -> T {
    assert(offset >= 0 && offset &+ MemoryLayout<T>.size <= count)
    // SAFETY: inside this run, see the assertion and the type's contract.
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: T.self)
  }
  func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ offset: Int) {
    assert(offset >= 0 && offset &+ MemoryLayout<T>.size <= count)
    // SAFETY: as above.
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  /// Copies all of `source` to `offset`; the two do not overlap.
  func copy(_ source: Bytes, to offset: Int) {
    assert(offset >= 0 && offset &+ source.count <= count)
    // SAFETY: both runs are in bounds, and regions of different slots.
    unsafe memcpy(base + offset, source.base, source.count)
  }

  /// Copies all of `source` to `offset`, as ``copy(_:to:)`` does: for some tens of bytes, whose copy takes
  /// less time than a call.
  func copyShort(_ source: Bytes, to offset: Int) {
    guard source.count >= 16 else { return copy(source, to: offset) }
    assert(offset >= 0 && offset &+ source.count <= count)
    let last = source.count &- 16
    var at = 0
    while at < last {
      put(source.vector(at), offset &+ at)
      at &+= 16
    }
    put(source.vector(last), offset &+ last)
  }

  private func vector(_ offset: Int) -> SIMD2<UInt64> {
    assert(offset >= 0 && offset &+ 16 <= count)
    // SAFETY: inside this run, as asserted.
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
  }

  private func put(_ vector: SIMD2<UInt64>, _ offset: Int) {
    assert(offset >= 0 && offset &+ 16 <= count)
    // SAFETY: inside this run, as asserted.
    unsafe base.storeBytes(of: vector, toByteOffset: offset, as: SIMD2<UInt64>.self)
  }

  /// Copies all of `source`, of the same length, which may overlap this run.
  func move(_ source: Bytes) {
    assert(source.count == count)
    // SAFETY: both runs are `count` long; memmove allows them to overlap.
    unsafe memmove(base, source.base, count)
  }

  /// Copies all of `source`, of the same length.
  func fill(_ source: [UInt8]) {
    precondition(source.count == count)
    // SAFETY: both runs are `count` long.
    unsafe source.withUnsafeBytes {
      guard let from = $0.baseAddress else { return }
      unsafe memcpy(base, from, count)
    }
  }

  /// Zeroes `count` bytes from `offset` on.
  func zero(_ offset: Int, _ count: Int) {
    assert(offset >= 0 && offset &+ count <= self.count)
    // SAFETY: in bounds, as asserted.
    unsafe memset(base + offset, 0, count)
  }

  /// The bytes as a value of their own: for the control side, not for the walk.
  func copied() -> [UInt8] {
    // SAFETY: `count` bytes of this run.
    unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Same length and same bytes: for some tens of bytes.
  func equalsShort(_ other: Bytes) -> Bool {
    guard count == other.count, count >= 16 else { return equals(other) }
    let last = count &- 16
    var difference = vector(last) ^ other.vector(last)
    var at = 0
    while at < last {
      difference |= vector(at) ^ other.vector(at)
      at &+= 16
    }
    return difference[0] | difference[1] == 0
  }

  /// Same length and same bytes.
  func equals(_ other: Bytes) -> Bool {
    // SAFETY: both runs are `count` long.
    guard count == other.count else { return false }
    return unsafe memcmp(base, other.base, count) == 0
  }
}
