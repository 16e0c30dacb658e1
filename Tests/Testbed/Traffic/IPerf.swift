import Glibc

/// TCP streams by the system's `iperf3`, congestion control cubic.
package final class IPerf {
  /// Which way the bytes go.
  package enum Direction: String, Sendable {
    /// From the source to the target, back, or both at once.
    case forward, backward, both

    var arguments: [String] {
      switch self {
      case .forward: []
      case .backward: ["--reverse"]
      case .both: ["--bidir"]
      }
    }
  }

  /// What arrived, at either end.
  package struct Arrived: Sendable {
    /// All of it.
    package var bytes = 0
    /// Per second, without the first moments.
    package var bitsPerSecond = 0.0
  }

  package static let name = "iperf3"
  /// How to get it where it is missing.
  package static let remedy = "iperf3 is not installed (Debian package iperf3; make bench-peers)"
  package static var isInstalled: Bool { Testbed.isInstalled(name) }

  private static let port = 5201
  /// iperf3 sets it once connected, and a socket that began with bbr is paced ever after, by a timer for
  /// each burst (sk_pacing_status; tcp_bbr.c, tcp_output.c). So connections begin with it already.
  private static let congestionControl = "cubic"
  private let server: Background<String>
  private let client: Background<String>
  private let warmUp: Double

  /// Starts streams from one namespace to `address` in another for whole `seconds`, of which the
  /// first `warmUp` do not count into the rate.
  ///
  /// - Parameter writes: bytes that the program hands to the kernel at a time (iperf3's own: 128 KiB).
  package init(
    streams: Int = 1, direction: Direction = .forward, writes: Int = TCPLoad.writeSize,
    seconds: Int,
    warmUp: Double, from source: Namespace, to address: String, in target: Namespace
  ) throws {
    self.warmUp = warmUp
    for namespace in [source, target] {
      try namespace.beginConnections(with: Self.congestionControl)
    }
    // Each interval of a tenth is reported, for the rate without the first ones.
    let common = ["-p", "\(Self.port)", "-J", "-i", "0.1"]
    let limit = Double(seconds) + 10
    server = Background {
      try target.run([Self.name, "-s", "-1", "-B", address] + common, seconds: limit)
    }
    try target.waitForListener(port: Self.port)
    client = Background {
      try source.run(
        [
          Self.name, "-c", address, "-t", "\(seconds)", "-P", "\(streams)", "-C",
          Self.congestionControl, "-l", "\(writes)",
        ]
          + direction.arguments + common, seconds: limit)
    }
  }

  /// Waits for the end of the streams.
  package func finish() throws -> Arrived {
    let sides = [try client.value(), try server.value()]
    var arrived = Arrived()
    for side in sides { try add(JSONValue(text: side), to: &arrived) }
    guard arrived.bytes > 0 else {
      throw TestbedError("\(Self.name): nothing arrived: \(sides[0])")
    }
    return arrived
  }

  /// Adds what one side's streams received.
  private func add(_ side: JSONValue, to arrived: inout Arrived) throws {
    if let error = side["error"]?.string { throw TestbedError("\(Self.name): \(error)") }
    var (bytes, first, last) = (0, Double.infinity, 0.0)
    for interval in side["intervals"]?.array ?? [] {
      for stream in interval["streams"]?.array ?? [] where stream["sender"]?.bool == false {
        guard let count = stream["bytes"]?.int, let start = stream["start"]?.double,
          let end = stream["end"]?.double
        else { continue }
        arrived.bytes += count
        guard start >= warmUp else { continue }
        bytes += count
        (first, last) = (min(first, start), max(last, end))
      }
    }
    if last > first { arrived.bitsPerSecond += Double(bytes) * 8 / (last - first) }
  }
}
