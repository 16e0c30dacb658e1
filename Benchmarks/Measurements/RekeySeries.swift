import Testbed

/// What had arrived of a stream, looked at every 50 ms, and when keys were made anew.
struct RekeySeries: Sendable, Codable, Equatable {
  /// Time between two looks, as asked for.
  static let interval = 0.05
  /// A rekey's neighbourhood to either side, in seconds.
  static let neighbourhood = 0.2

  /// A stretch of time and its goodput in bits per second.
  struct Bin {
    let start: Double
    let end: Double
    let goodput: Double
  }

  /// Seconds since the first look, of each look, and bytes that had arrived since it by then.
  private(set) var seconds: [Double] = []
  private(set) var bytes: [Int] = []
  /// Seconds since the first look at which a new session was established.
  private(set) var rekeys: [Double] = []

  mutating func look(at time: Double, bytes count: Int) {
    seconds.append(time)
    bytes.append(count)
  }

  mutating func noteRekey(at time: Double) { rekeys.append(time) }

  /// Bins of so many intervals each, one after the other.
  func bins(of intervals: Int) -> [Bin] {
    stride(from: intervals, to: seconds.count, by: intervals).map { end in
      let start = end - intervals
      let length = seconds[end] - seconds[start]
      return Bin(
        start: seconds[start], end: seconds[end],
        goodput: Double(bytes[end] - bytes[start]) * 8 / length)
    }
  }

  /// Goodput of all 100 ms: the median, the lowest within 200 ms of a rekey, and the lowest of the
  /// others. nil where there are no such bins.
  var dips: (median: Double, nearRekey: Double, elsewhere: Double)? {
    let bins = bins(of: 2)
    let (near, far) = bins.reduce(into: ([Double](), [Double]())) { sorted, bin in
      let isNear = rekeys.contains {
        bin.end >= $0 - Self.neighbourhood && bin.start <= $0 + Self.neighbourhood
      }
      if isNear { sorted.0.append(bin.goodput) } else { sorted.1.append(bin.goodput) }
    }
    guard let median = Summary(bins.map(\.goodput))?.median, median > 0, let near = near.min(),
      let far = far.min()
    else { return nil }
    return (median, near, far)
  }
}
