/// Counts the UDP datagrams that reach a namespace and match an expression of nftables.
package struct PacketCount {
  private let namespace: Namespace

  /// `expressions` by the names that they are asked for by; each datagram is on all that match.
  package init(in namespace: Namespace, _ expressions: [String: String]) throws {
    self.namespace = namespace
    try namespace.run(["nft", "add table inet count"])
    try namespace.run([
      "nft", "add chain inet count input { type filter hook input priority 0; }",
    ])
    for (name, expression) in expressions {
      try namespace.run(["nft", "add counter inet count \(name)"])
      try namespace.run([
        "nft", "add rule inet count input meta l4proto udp \(expression) counter name \(name)",
      ])
    }
  }

  /// What matched so far; bytes are those of IP packets.
  package func counts(_ name: String) throws -> (packets: Int, bytes: Int) {
    let listing = try JSONValue(text: namespace.run("nft -j list counter inet count \(name)"))
    let counter = (listing["nftables"]?.array ?? []).compactMap { $0["counter"] }.first
    guard let packets = counter?["packets"]?.int, let bytes = counter?["bytes"]?.int else {
      throw TestbedError("no counter in \(listing)")
    }
    return (packets, bytes)
  }
}
