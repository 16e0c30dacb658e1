/// One send, flattened and cut as UDP_SEGMENT would cut it.
struct RecordedTrain: Equatable {
  let bytes: [UInt8]
  /// Bytes of each datagram but perhaps the last.
  let segment: Int
  /// Datagrams that the train says it has.
  let stated: Int

  var datagrams: [[UInt8]] {
    stride(from: 0, to: bytes.count, by: max(segment, 1)).map {
      Array(bytes[$0..<min($0 + segment, bytes.count)])
    }
  }

  /// The rules of one send (linux/udp.h): count, sizes and sum.
  func check(limit: Int, trainLimit: Int = 64) throws(Problem) {
    try require(stated >= 1 && stated <= trainLimit, "\(stated) datagrams in a train")
    try require(bytes.count <= 65_507, "a train of \(bytes.count) bytes")
    try require(segment >= 16 && segment <= limit, "datagrams of \(segment) bytes")
    let count = (bytes.count + segment - 1) / segment
    try require(count == stated, "\(count) datagrams by size, \(stated) by count")
  }
}
