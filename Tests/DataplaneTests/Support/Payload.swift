/// Payloads of tests.
enum Payload {
  /// Bytes that differ from their neighbours, so that a run in the wrong place shows.
  static func pattern(_ count: Int, seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 + seed) &* 31 ^ ($0 + seed) >> 8) }
  }

  /// Text that shrinks as logs do.
  static func text(_ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count + 100)
    var line = 0
    while result.count < count {
      result +=
        #"{"level":"info","request":\#(line),"path":"/api/v1/items","ms":\#(line % 97)}"#.utf8
      line += 1
    }
    return Array(result.prefix(count))
  }

  static func random(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed)
    return random.bytes(count)
  }
}
