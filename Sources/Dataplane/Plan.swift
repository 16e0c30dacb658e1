/// What a forwarder is to do: validated and immutable, the same for every lane.
package struct Plan: Sendable {
  /// How lanes talk to the kernel.
  package enum EngineChoice: String, Sendable, CaseIterable {
    /// io_uring where a probe finds it usable, else poll.
    case auto
    case uring
    case poll
  }

  /// When LZ4 is tried on outbound packets.
  package enum Compression: String, Sendable, CaseIterable {
    /// While the link, not the CPU, is the limit.
    case auto
    case always
    case off
  }

  package var engine: EngineChoice
  package var compression: Compression
  /// CPU of lane i at i modulo the count; empty: lanes are not pinned.
  package var cpus: [Int]
  /// The device's MTU in bytes: the longest inner packet that one datagram must carry.
  package var mtu: Int
  /// Bytes of header and records that one datagram holds: the UDP payload that the outer path carries
  /// unfragmented, less the room of a tag.
  package var datagramLimit: Int
  /// Datagrams per send: 1 where the kernel has no UDP_SEGMENT, or trains are not wanted.
  package var trainLimit: Int
  /// UDP segments that one write to the device may stand for: 1 where the kernel has no USO.
  package var udpSegments: Int

  package init(
    engine: EngineChoice = .auto, compression: Compression = .auto, cpus: [Int] = [], mtu: Int,
    datagramLimit: Int, trainLimit: Int = Plan.longestTrain, udpSegments: Int = 64
  ) {
    self.engine = engine
    self.compression = compression
    self.cpus = cpus
    self.mtu = mtu
    self.datagramLimit = datagramLimit
    self.trainLimit = trainLimit
    self.udpSegments = udpSegments
  }

  /// Datagrams that every kernel with UDP_SEGMENT sends at once.
  package static let longestTrain = Train.maximumDatagrams

  /// Bytes of datagrams that one send takes.
  package static let longestTrainBytes = Train.maximumBytes

  /// What a super-packet of UDP may stand for on this kernel: UDP_MAX_SEGMENTS of linux/udp.h, which
  /// was 64 until Linux 6.10. One more, and the write is refused whole.
  package static func udpSegments(_ offloads: Offloads, _ kernel: KernelRelease) -> Int {
    guard offloads.contains([.uso4, .uso6]) else { return 1 }
    return kernel >= KernelRelease(6, 10) ? 128 : 64
  }
}
