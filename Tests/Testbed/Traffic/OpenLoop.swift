import CFastun
import Glibc

/// Requests over UDP at set times, whatever becomes of the answers to those before.
///
/// A time counts from when a request was due, not from when it got away. So a stall is seen by every
/// request that falls into it, as users would see it; who waits for each answer before asking again
/// sees a stall once, and calls it rare (coordinated omission).
package struct OpenLoop: Sendable {
  /// Nanoseconds from due to answered, of each request that was answered, in the order of answers.
  package let latencies: [UInt64]
  package let unanswered: Int

  /// Sends a 64-byte request every `interval` seconds, `count` times, to an echo at `address`; an
  /// answer is waited for 200 ms after the last.
  package init(
    count: Int, interval: Double = 0.001, from source: Namespace, to address: String,
    in target: Namespace
  ) throws {
    let echo = try Echo(at: address, in: target)
    defer { echo.stop() }
    let any = address.contains(":") ? "::" : "0.0.0.0"
    let socket = try source.inside {
      let socket = try Socket(SOCK_DGRAM, bound: SocketAddress(any, port: 0))
      try socket.connect(to: echo.address)
      return socket
    }
    socket.setBuffers(bytes: 4 << 20)
    socket.setTimeouts(seconds: 0.02)
    let times = Times(
      start: Deadline.now + 5_000_000, interval: UInt64(interval * 1e9), count: count)
    let receiver = Background { Self.receive(on: socket, times) }
    let sender = Background { Self.send(on: socket, times) }
    try sender.value()
    latencies = try receiver.value()
    unanswered = count - latencies.count
  }

  /// When requests are due.
  private struct Times: Sendable {
    let start: UInt64
    let interval: UInt64
    let count: Int

    func due(_ number: Int) -> UInt64 { start + UInt64(number) * interval }
  }

  private static func send(on socket: Socket, _ times: Times) {
    _ = ft_exact_timers()
    var request = [UInt64](repeating: 0, count: 8)
    for number in 0..<times.count {
      let due = times.due(number)
      // A timer wakes late by tens of microseconds, which would count as the carrier's.
      Deadline.sleep(until: due - 80_000)
      while Deadline.now < due {}
      request[0] = UInt64(number)
      Glibc.send(socket.raw, request, 64, 0)
    }
  }

  private static func receive(on socket: Socket, _ times: Times) -> [UInt64] {
    var latencies: [UInt64] = []
    latencies.reserveCapacity(times.count)
    var isAnswered = [Bool](repeating: false, count: times.count)
    var answer = [UInt64](repeating: 0, count: 8)
    let deadline = Deadline(at: times.due(times.count) + 200_000_000)
    while latencies.count < times.count, !deadline.hasPassed {
      guard recv(socket.raw, &answer, 64, 0) == 64 else { continue }
      let now = Deadline.now
      guard let number = Int(exactly: answer[0]), number < times.count, !isAnswered[number]
      else { continue }
      isAnswered[number] = true
      latencies.append(now - min(now, times.due(number)))
    }
    return latencies
  }
}
