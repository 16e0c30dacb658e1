import CFastun

/// What the kernel may leave undone in the packets that it hands over by a tun queue
/// (TUN_F_… of linux/if_tun.h, set by set_offload in drivers/net/tun.c).
package struct Offloads: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Checksums stay partial.
  package static let checksum = Offloads(rawValue: UInt32(TUN_F_CSUM))
  /// TCP over IPv4 comes as super-packets.
  package static let tso4 = Offloads(rawValue: UInt32(TUN_F_TSO4))
  /// TCP over IPv6 comes as super-packets.
  package static let tso6 = Offloads(rawValue: UInt32(TUN_F_TSO6))
  /// Super-packets may have CWR set (the ECN bit of `gso_type`).
  package static let tsoECN = Offloads(rawValue: UInt32(TUN_F_TSO_ECN))
  /// UDP over IPv4 comes as super-packets (Linux 6.2).
  package static let uso4 = Offloads(rawValue: FT_TUN_F_USO4)
  /// UDP over IPv6 comes as super-packets (Linux 6.2).
  package static let uso6 = Offloads(rawValue: FT_TUN_F_USO6)

  /// What is asked of the kernel, best first; it takes a set whole or refuses it.
  static let preferences: [Offloads] = [
    [.checksum, .tso4, .tso6, .tsoECN, .uso4, .uso6],
    [.checksum, .tso4, .tso6, .tsoECN],
    [.checksum, .tso4, .tso6],
    [.checksum],
    [],
  ]
}

extension Offloads: CustomStringConvertible {
  /// The names that `TUN_F_…` has, joined by spaces; "none" for the empty set.
  package var description: String {
    let names: [(Offloads, String)] = [
      (.checksum, "CSUM"), (.tso4, "TSO4"), (.tso6, "TSO6"), (.tsoECN, "TSO_ECN"),
      (.uso4, "USO4"), (.uso6, "USO6"),
    ]
    let present = names.filter { contains($0.0) }.map(\.1)
    return present.isEmpty ? "none" : present.joined(separator: " ")
  }
}
