/// Counts the outer UDP datagrams that leave a namespace, lane by lane.
///
/// A train that leaves whole (``VethMode/on``) counts once.
package struct PortCount {
  private let namespace: Namespace

  package init(in namespace: Namespace, lanes: Int) throws {
    self.namespace = namespace
    let rules = (0..<lanes).map {
      "add rule inet count output udp dport \(TunnelOptions.port + $0) counter"
    }
    try namespace.run([
      "nft",
      ([
        "add table inet count",
        "add chain inet count output { type filter hook output priority 0; }",
      ]
        + rules).joined(separator: "\n"),
    ])
  }

  /// Of lane i at i, so far.
  package func lanes() throws -> [Int] {
    let listing = try JSONValue(text: namespace.run("nft -j list chain inet count output"))
    return (listing["nftables"]?.array ?? []).compactMap { $0["rule"]?["expr"]?.array }
      .flatMap { $0 }.compactMap { $0["counter"]?["packets"]?.int }
  }
}
