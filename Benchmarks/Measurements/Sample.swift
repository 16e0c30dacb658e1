/// What one measurement of one variant gave.
struct Sample: Sendable {
  enum Metric: String, Sendable, CaseIterable {
    /// Bits per second that arrived at the receiver.
    case goodput = "Gb/s"
    /// CPU seconds of the forwarders at both ends per 10^9 bytes that arrived.
    case cpuPerGB = "CPU s/GB"
    /// CPU seconds of the forwarders at both ends per 10^6 packets that arrived.
    case cpuPerMillion = "CPU s/Mpacket"
    /// Datagrams that a sent, and system calls of both forwarders, per 10^9 bytes that arrived.
    case datagramsPerGB = "kdatagrams/GB"
    case callsPerGB = "ksyscalls/GB"
    /// Datagram bytes that a sent per payload byte that arrived, 0.5 for halved.
    case wireShare = "wire bytes per byte"
    /// Highest rate of datagrams of one size at no more loss than allowed, per second.
    case packetRate = "kpackets/s"
    /// Median and far percentiles of UDP request and answer, in seconds.
    case p50 = "p50 us"
    case p99 = "p99 us"
    case p999 = "p99.9 us"
    /// Requests without an answer, and datagrams lost inside the tunnel, of those sent, from 0 to 1.
    case unanswered = "unanswered %"
    case innerLoss = "inner loss %"
    /// The larger of both forwarders' highest resident memory, in bytes.
    case memory = "MiB"
    /// Calls of both forwarders' lanes that allocate, free, retain or release.
    case calls
    /// Reads and writes of the devices at both ends.
    case packets
    /// Datagrams that both ends lost or dropped, over the carrier's whole life.
    case lost
    /// Goodput of the lowest 100 ms near a rekey, and of the lowest others, over the median's.
    case dip = "lowest near a rekey"
    case otherDip = "lowest elsewhere"
    /// CPU seconds of the forwarders at both ends per second without traffic.
    case idleCPU = "CPU ms/s"
    /// Handshakes per second.
    case handshakes = "handshakes/s"
    /// Seconds for one datagram to be sealed, to be opened, and both.
    case seal = "seal us"
    case open = "open us"
    case sealAndOpen = "us/datagram"
    /// Seconds of CPU time of one operation: the median of many batches, and the best.
    case operation = "ns/op"
    case bestOperation = "ns/op, best"
    /// Instructions of one operation in user space.
    case instructions = "instructions/op"

    /// Whether more of it is better, or less; nil: it is neither, but explains others.
    var isBetterHigher: Bool? {
      switch self {
      case .goodput, .packetRate, .dip: true
      case .cpuPerMillion, .datagramsPerGB, .callsPerGB, .p999, .unanswered, .innerLoss: false
      case .cpuPerGB, .wireShare, .p50, .p99, .memory, .calls, .lost, .idleCPU: false
      case .seal, .open, .sealAndOpen, .operation, .bestOperation, .instructions: false
      case .packets, .otherDip, .handshakes: nil
      }
    }

    /// By what a value is divided to be shown in the unit above.
    var scale: Double {
      switch self {
      case .goodput: 1e9
      case .cpuPerGB, .wireShare, .calls, .packets, .lost, .dip, .otherDip, .handshakes: 1
      case .cpuPerMillion: 1
      case .packetRate, .datagramsPerGB, .callsPerGB: 1e3
      case .unanswered, .innerLoss: 0.01
      case .operation, .bestOperation: 1e-9
      case .instructions: 1
      case .idleCPU: 1e-3
      case .p50, .p99, .p999, .seal, .open, .sealAndOpen: 1e-6
      case .memory: 1_048_576
      }
    }
  }

  var values: [Metric: Double] = [:]
  /// Which engine fastun ran; nil for other carriers.
  var engine: String?
  /// Counters of lost and dropped datagrams that are not zero; nil where nobody looked.
  var losses: [String: Int]?
  /// The version of the program that carried, where it is neither fastun nor the kernel.
  var version: String?
  /// What a reader of the figures must know of how they came about.
  var remark: String?
  /// How goodput went while keys were made anew.
  var series: RekeySeries?
  /// What else went on meanwhile.
  var disturbance = Disturbance()

  subscript(metric: Metric) -> Double? { values[metric] }
}
