package import Dataplane

/// All counters of the tunnel at one instant.
package struct Sample: Equatable, Sendable {
  /// Of lane i at i.
  package let lanes: [[Counter: UInt64]]
  /// Datagrams from anybody but the peer (`drop_stranger`).
  package let strangers: UInt64
  /// Receives that the kernel dropped at the lanes' sockets (`drop_socket`).
  package let sockets: UInt64
  /// Datagrams of handshakes that came to nothing, by the name of the cause; empty in the clear.
  package let handshakes: [String: UInt64]

  package init(
    lanes: [[Counter: UInt64]], strangers: UInt64, sockets: UInt64 = 0,
    handshakes: [String: UInt64] = [:]
  ) {
    self.lanes = lanes
    self.strangers = strangers
    self.sockets = sockets
    self.handshakes = handshakes
  }

  /// The tunnel's own counters by name, in the order in which they are told.
  package var tunnel: [(name: String, count: UInt64)] {
    [("drop_stranger", strangers), ("drop_socket", sockets)]
      + handshakes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The sum over the lanes.
  package subscript(counter: Counter) -> UInt64 {
    lanes.reduce(0) { $0 &+ $1[counter, default: 0] }
  }
}

/// What went one way through the tunnel during an interval.
package struct Flow: Equatable, Sendable {
  /// Inner packets' bits per second, divided by 10⁹.
  package let gigabits: Double
  /// Inner packets per second; a super-packet counts as its segments.
  package let packets: Double
  /// Inner bytes for each byte of datagrams, headers and all; 1 where there was no traffic.
  package let ratio: Double
  /// Packets and datagrams that did not get where they should.
  package let drops: UInt64
}

/// The difference of two samples.
package struct Interval: Equatable, Sendable {
  package let seconds: Double
  /// From the device to the peer.
  package let outbound: Flow
  /// From the peer to the device.
  package let inbound: Flow

  /// - Parameter seconds: the time between the samples; positive.
  package init(from old: Sample, to new: Sample, seconds: Double) {
    // A sum may seem to shrink when lanes are read one after the other while they run: that is 0.
    func grown(_ counter: Counter) -> UInt64 {
      new[counter] > old[counter] ? new[counter] - old[counter] : 0
    }
    func flow(
      packets: Counter, bytes: Counter, wire: Counter, drops: [Counter], others: UInt64 = 0
    ) -> Flow {
      let onWire = grown(wire)
      let idle = onWire == 0 || grown(bytes) == 0
      return Flow(
        gigabits: Double(grown(bytes)) * 8 / seconds / 1e9,
        packets: Double(grown(packets)) / seconds,
        ratio: idle ? 1 : Double(grown(bytes)) / Double(onWire),
        drops: drops.reduce(others) { $0 + grown($1) })
    }
    self.seconds = seconds
    outbound = flow(
      packets: .packetsOut, bytes: .bytesOut, wire: .datagramBytesSent,
      drops: Counter.outboundDrops)
    inbound = flow(
      packets: .packetsIn, bytes: .bytesIn, wire: .datagramBytesReceived,
      drops: Counter.inboundDrops,
      others: (new.strangers &- old.strangers) &+ (new.sockets &- old.sockets))
  }
}

extension Counter {
  private static let drops = allCases.filter { $0.rawValue.hasPrefix("drop_") }

  /// Drops on the way from the device to the peer.
  static let outboundDrops: [Counter] = [
    .dropDeviceMalformed, .dropNoSession, .dropTooLong, .dropSendError, .dropSendRefused,
  ]
  /// Drops on the way from the peer to the device: all others.
  static let inboundDrops: [Counter] = drops.filter { !outboundDrops.contains($0) }
}
