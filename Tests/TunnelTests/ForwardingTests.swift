import Testbed
import Testing

extension Tunnels {
  /// A host behind site b, reached through the tunnel.
  @Suite struct ForwardingTests {
    @Test("Forwarded packets arrive with sound checksums", arguments: Family.allCases)
    func forwarded(family: Family) throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let host = try sites.addHostBehindB()
      let tunnels = try TunnelPair(on: sites) { site, options in
        if site == .a { options.routes = SitePair.behindRoutes }
      }
      let address = SitePair.behindAddress(family)
      let out = try Transfer(
        bytes: 128 << 20, of: .random, from: sites.a, to: address, in: host)
      #expect(out.received == out.sent)
      let back = try Transfer(
        bytes: 128 << 20, of: .random, from: host, to: SitePair.innerAddress(.a, family),
        in: sites.a)
      #expect(back.received == back.sent)
      let sizes = try DatagramSizes(
        Array(stride(from: 1, to: 1300, by: 37)) + [3000, 20_000], from: sites.a, to: address,
        in: host)
      #expect(sizes.missing.isEmpty)
      #expect(sizes.damaged.isEmpty)
      let errors = try ChecksumErrors(in: host)
      #expect(errors.tcp == 0)
      #expect(errors.udp == 0)
      let drops = try tunnels.stop().b.drops
      #expect(drops.isEmpty, "\(drops)")
    }
  }
}
