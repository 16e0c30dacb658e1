/// Which flows LZ4 does not pay for, and for how many packets not to try again.
///
/// Direct-mapped by the flow's hash; a newcomer replaces whom it collides with, which costs a probe.
struct FlowTable {
  static let slots = 1024
  static let footprint = slots * 8
  /// 2^6 packets (or super-packets) are let pass at most between two probes of a flow.
  static let maximumExponent: UInt8 = 6

  /// An entry is the flow's hash:32, packets still to skip:16, failures in a row:8, 0:8.
  private let entries: Bytes

  init(_ memory: Bytes) {
    precondition(memory.count == Self.footprint)
    entries = memory
  }

  /// Whether to try this flow's packet; counts it off where not.
  func wants(_ flow: UInt32) -> Bool {
    let at = position(flow)
    guard entries.le32(at) == flow else {
      entries.put(le32: flow, at)
      entries.put(le32: 0, at &+ 4)
      return true
    }
    let skip = entries.le16(at &+ 4)
    if skip > 0 { entries.put(le16: skip &- 1, at &+ 4) }
    return skip == 0
  }

  /// Notes whether trying paid: a failure doubles the packets to skip, a success forgets failures.
  func note(_ flow: UInt32, paid: Bool) {
    let at = position(flow)
    guard entries.le32(at) == flow else { return }
    if paid {
      entries[at &+ 6] = 0
    } else {
      let failures = min(entries[at &+ 6] &+ 1, Self.maximumExponent)
      entries[at &+ 6] = failures
      entries.put(le16: 1 << Int(failures), at &+ 4)
    }
  }

  private func position(_ flow: UInt32) -> Int { Int(flow & UInt32(Self.slots &- 1)) &* 8 }
}
