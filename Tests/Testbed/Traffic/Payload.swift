/// What a stream carries.
package enum Payload: String, Sendable {
  case zeros
  case random
  case json

  /// Reproducible bytes of this kind.
  package func bytes(count: Int, seed: UInt64 = 1) -> [UInt8] {
    switch self {
    case .zeros:
      return [UInt8](repeating: 0, count: count)
    case .random:
      var random = SplitMix(seed: seed)
      return [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
        for index in 0..<count { buffer.initializeElement(at: index, to: 0) }
        let raw = UnsafeMutableRawBufferPointer(buffer)
        for offset in stride(from: 0, to: count - 7, by: 8) {
          raw.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
        }
        length = count
      }
    case .json:
      return JSONLog(seed: seed, capacity: count).bytes
    }
  }
}
