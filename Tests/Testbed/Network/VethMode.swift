/// How much of a network card's work the veth pair pretends away.
package enum VethMode: String, Sendable, CaseIterable {
  /// As made: trains cross whole, which hides what segmentation costs.
  case on
  /// No segmentation offload, GRO at the receiver: nearest to a real network card.
  case wire
  /// Neither: every datagram crosses and is received alone.
  case off

  /// Arguments of `ethtool -K DEVICE`; nil where nothing changes.
  var features: String? {
    let segmentationOff = "tso off gso off tx-udp-segmentation off"
    return switch self {
    case .on: nil
    case .wire: "\(segmentationOff) gro on"
    case .off: "\(segmentationOff) gro off"
    }
  }
}
