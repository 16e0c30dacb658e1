import CFastun
import Glibc

/// Requests and answers over UDP, one at a time, as a quiet service sees them.
package struct RoundTrips: Sendable {
  /// Round-trip times in seconds, shortest first.
  package let times: [Double]
  /// Requests without an answer within 200 ms.
  package let lost: Int

  /// The time that a share (0 to 1) of the requests did not exceed.
  package func percentile(_ share: Double) -> Double {
    times.isEmpty ? .infinity : times[min(times.count - 1, Int(Double(times.count) * share))]
  }

  /// Sends a 64-byte request every `interval` seconds, `count` times, to an echo at `address`.
  package init(
    count: Int, interval: Double = 0.001, from source: Namespace, to address: String,
    in target: Namespace
  ) throws {
    let echo = try Echo(at: address, in: target)
    defer { echo.stop() }
    let measured = source.background {
      _ = ft_exact_timers()
      let any = address.contains(":") ? "::" : "0.0.0.0"
      let socket = try Socket(SOCK_DGRAM, bound: SocketAddress(any, port: 0))
      socket.setTimeouts(seconds: 0.2)
      try socket.connect(to: echo.address)
      return Self.measure(count: count, interval: interval, on: socket)
    }
    (times, lost) = try measured.value()
  }

  private static func measure(count: Int, interval: Double, on socket: Socket) -> ([Double], Int) {
    var times: [Double] = []
    var lost = 0
    var request = [UInt64](repeating: 0, count: 8)
    var answer = request
    for number in 0..<count {
      request[0] = UInt64(number)
      let start = Deadline.now
      send(socket.raw, request, 64, 0)
      while true {
        let length = recv(socket.raw, &answer, 64, 0)
        if length < 0 {
          lost += 1
          break
        }
        if answer[0] == request[0] {
          times.append(Double(Deadline.now - start) / 1e9)
          break
        }
      }
      Deadline.sleep(until: start + UInt64(interval * 1e9))
    }
    return (times.sorted(), lost)
  }
}
