/// The counters that a tunnel prints when it ends, by their names in JSON.
package struct FinalCounters: Sendable {
  /// One lane's counters each, in lane order.
  package let lanes: [[String: Int]]
  /// Those of the whole tunnel.
  package let tunnel: [String: Int]

  init(event: JSONValue) throws {
    guard let lanes = event["lanes"]?.array, let tunnel = event["tunnel"] else {
      throw TestbedError("a final event without counters: \(event)")
    }
    self.lanes = lanes.sorted { ($0["lane"]?.int ?? 0) < ($1["lane"]?.int ?? 0) }
      .map { $0["counters"]?.ints ?? [:] }
    self.tunnel = tunnel.ints
  }

  /// The sum of a counter over all lanes; throws where a lane does not have it.
  package func sum(_ name: String) throws -> Int {
    try lanes.reduce(0) { sum, counters in
      guard let value = counters[name] else { throw TestbedError("no counter named \(name)") }
      return sum + value
    }
  }

  /// Counters of drops that are not zero, of all lanes and the tunnel together.
  package var drops: [String: Int] {
    var drops: [String: Int] = [:]
    for counters in lanes + [tunnel] {
      for (name, value) in counters where name.hasPrefix("drop_") && value > 0 {
        drops[name, default: 0] += value
      }
    }
    return drops
  }
}
