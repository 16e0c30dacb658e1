/// Drops a share of the outer UDP datagrams that reach a namespace, and counts them.
package struct LossRule {
  private let namespace: Namespace

  /// `perThousand` of the datagrams that arrive at UDP ports from 51800 on are dropped at random. Those of the
  /// outer device: a program inside of the tunnel may have such a port too.
  ///
  /// Datagrams are only dropped one by one in ``VethMode/off``: elsewhere the rule sees trains
  /// whole.
  package init(in namespace: Namespace, perThousand: Int) throws {
    self.namespace = namespace
    try namespace.run([
      "nft",
      """
      add table inet loss
      add chain inet loss input { type filter hook input priority 0; }
      add rule inet loss input iifname \(SitePair.outerDevice) udp dport 51800-52155 counter \
      numgen random mod 1000 < \(perThousand) counter drop
      """,
    ])
  }

  /// Datagrams that came to the rule, and those of them that it dropped.
  package func counts() throws -> (seen: Int, dropped: Int) {
    let listing = try JSONValue(text: namespace.run("nft -j list chain inet loss input"))
    let counters = (listing["nftables"]?.array ?? []).compactMap { $0["rule"]?["expr"]?.array }
      .flatMap { $0 }.compactMap { $0["counter"]?["packets"]?.int }
    guard counters.count == 2 else { throw TestbedError("no counters in \(listing)") }
    return (counters[0], counters[1])
  }

  package func remove() throws { try namespace.run("nft delete table inet loss") }
}
