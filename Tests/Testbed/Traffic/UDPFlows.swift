import CFastun
import Glibc

/// Numbered UDP datagrams at a set rate, and what became of them.
package struct UDPFlows: Sendable {
  /// What became of each flow's datagrams.
  package let flows: [FlowCounts]
  /// Datagrams that arrived damaged.
  package let corrupt: Int
  /// Seconds that sending took.
  package let seconds: Double

  package var total: FlowCounts {
    flows.reduce(into: FlowCounts()) {
      $0.sent += $1.sent
      $0.received += $1.received
      $0.duplicated += $1.duplicated
      $0.reordered += $1.reordered
    }
  }

  /// Sends `count` datagrams of `size` bytes (16 and more) from one namespace to `address` in
  /// another, `rate` of them per second over all flows together, or as fast as it goes for 0, and
  /// waits until all are there or none came for `quiet` seconds. Each flow has a port of its own at
  /// the sender.
  package init(
    count: Int, size: Int = 64, rate: Double, flows flowCount: Int = 1, from source: Namespace,
    to address: String, in target: Namespace, quiet: Double = 0.1
  ) throws {
    precondition(size >= FlowDatagram.shortest, "no room for flow, number and checksum")
    let sink = try UDPSink(at: address, in: target, flows: flowCount, size: size)
    let any = address.contains(":") ? "::" : "0.0.0.0"
    let sockets = try source.inside {
      try (0..<flowCount).map { _ in
        let socket = try Socket(SOCK_DGRAM, bound: SocketAddress(any, port: 0))
        socket.setBuffers(bytes: 4 << 20)
        try socket.connect(to: sink.address)
        return socket
      }
    }
    let start = Deadline.now
    let sender = Background { Self.send(count: count, size: size, rate: rate, on: sockets) }
    let sent = try sender.value()
    seconds = Double(Deadline.now - start) / 1e9
    let (arrived, corrupt) = try sink.finish(expected: sent.reduce(0, +), quiet: quiet)
    flows = zip(arrived, sent).map {
      var counts = $0
      counts.sent = $1
      return counts
    }
    self.corrupt = corrupt
  }

  /// Sends in turns of all that is due, at most a batch to each flow; what each flow sent.
  private static func send(count: Int, size: Int, rate: Double, on sockets: [Socket]) -> [Int] {
    _ = ft_exact_timers()
    let batch = DatagramBatch(room: size)
    var sent = [Int](repeating: 0, count: sockets.count)
    var total = 0
    var flow = 0
    let start = Deadline.now
    while total < count {
      var due = count - total
      if rate > 0 {
        let elapsed = Double(Deadline.now - start) / 1e9
        due = min(due, Int(elapsed * rate) + 1 - total)
      }
      if due <= 0 {
        Deadline.sleep(until: start + UInt64(Double(total) / rate * 1e9) + 20_000)
        continue
      }
      // A turn serves one flow; several flows take turns with smaller portions, so that they mix.
      let portion = min(due, sockets.count == 1 ? DatagramBatch.capacity : 8)
      for index in 0..<portion {
        FlowDatagram.write(
          flow: UInt32(flow), number: UInt64(sent[flow] + index), into: batch.bytes(index))
      }
      var done = 0
      while done < portion {
        let taken = batch.send(done, portion, on: sockets[flow])
        // The kernel refuses one datagram (no room, peer away): it counts as sent and is lost.
        done += max(taken, 1)
      }
      sent[flow] += portion
      total += portion
      flow = (flow + 1) % sockets.count
    }
    return sent
  }
}
