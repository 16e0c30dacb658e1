import Testbed
import Testing

extension Tunnels {
  /// What is read is what was written.
  @Suite struct TransferTests {
    @Test(
      "A gibibyte each way over TCP", arguments: Family.allCases, Family.allCases)
    func aGibibyteEachWay(inner: Family, outer: Family) throws {
      let tunnels = try TunnelPair(outer: outer)
      defer { tunnels.sites.remove() }
      for site in SitePair.Site.allCases {
        let transfer = try Transfer(
          bytes: 1 << 30, of: .random, from: tunnels.sites[site],
          to: SitePair.innerAddress(site.other, inner), in: tunnels.sites[site.other])
        #expect(transfer.bytes == 1 << 30)
        #expect(transfer.received == transfer.sent, "SHA-256 from site \(site)")
      }
      let counters = try tunnels.stop()
      #expect(counters.a.drops.isEmpty)
      #expect(counters.b.drops.isEmpty)
    }

    @Test(
      "Either engine, compressed or not", arguments: ["uring", "poll"], ["off", "always", "auto"])
    func everyWayThroughTheLane(engine: String, compress: String) throws {
      let tunnels = try TunnelPair { _, options in
        options.engine = engine
        options.compress = compress
      }
      defer { tunnels.sites.remove() }
      for payload in [Payload.json, .random] {
        let transfer = try Transfer(
          bytes: 64 << 20, of: payload, from: tunnels.sites.a, to: SitePair.innerAddress(.b),
          in: tunnels.sites.b)
        #expect(transfer.received == transfer.sent, "\(payload)")
      }
      let counters = try tunnels.stop()
      let compressed = try counters.a.sum("datagrams_compressed")
      if compress == "always" { #expect(compressed > 0) }
      if compress == "off" { #expect(compressed == 0) }
      #expect(counters.b.drops.isEmpty)
    }

    @Test("Every datagram alone, on both sides or on one", arguments: [true, false])
    func withoutTrains(onBothSides: Bool) throws {
      let tunnels = try TunnelPair { site, options in
        if onBothSides || site == .b { options.trains = "off" }
      }
      defer { tunnels.sites.remove() }
      for site in SitePair.Site.allCases {
        let transfer = try Transfer(
          bytes: 128 << 20, of: .random, from: tunnels.sites[site],
          to: SitePair.innerAddress(site.other), in: tunnels.sites[site.other])
        #expect(transfer.received == transfer.sent, "SHA-256 from site \(site)")
      }
      let counters = try tunnels.stop()
      for side in onBothSides ? [counters.a, counters.b] : [counters.b] {
        #expect(side.drops.isEmpty)
        #expect(try side.sum("trains_sent") == side.sum("datagrams_sent"))
        #expect(try side.sum("trains_received") >= side.sum("datagrams_received"))
      }
      let sent = try counters.a.sum("datagrams_sent")
      #expect(try counters.a.sum("trains_sent") < sent || onBothSides)
    }

    @Test("Segments cut before the wire", arguments: [VethMode.wire, .off])
    func otherOffloads(mode: VethMode) throws {
      let tunnels = try TunnelPair(mode: mode)
      defer { tunnels.sites.remove() }
      let transfer = try Transfer(
        bytes: 128 << 20, of: .random, from: tunnels.sites.a, to: SitePair.innerAddress(.b),
        in: tunnels.sites.b)
      #expect(transfer.received == transfer.sent)
    }
  }
}
