import Testbed
import Testing

extension Tunnels {
  /// UDP and ICMP of all sizes, whole or in fragments.
  @Suite struct DatagramTests {
    /// Bytes of IP and UDP headers.
    private static func headers(_ family: Family) -> Int { family == .ipv4 ? 28 : 48 }

    @Test("UDP of every size up to the MTU", arguments: Family.allCases)
    func everySizeUpToTheMTU(family: Family) throws {
      let tunnels = try TunnelPair()
      defer { tunnels.sites.remove() }
      #expect(tunnels.mtu >= 1280)
      let sizes = Array(1...tunnels.mtu - Self.headers(family))
      for site in SitePair.Site.allCases {
        let run = try DatagramSizes(
          sizes, from: tunnels.sites[site], to: SitePair.innerAddress(site.other, family),
          in: tunnels.sites[site.other])
        #expect(run.missing.isEmpty)
        #expect(run.damaged.isEmpty)
      }
    }

    @Test("UDP of up to 64 KiB, in fragments", arguments: Family.allCases)
    func fragments(family: Family) throws {
      let tunnels = try TunnelPair()
      defer { tunnels.sites.remove() }
      let fits = tunnels.mtu - Self.headers(family)
      let longest = 65_535 - (family == .ipv4 ? 28 : 8)
      let sizes =
        [fits, fits + 1, fits + 2, 2 * fits, longest - 1, longest]
        + Array(stride(from: 2000, to: 65_000, by: 1913))
      let run = try DatagramSizes(
        sizes, from: tunnels.sites.a, to: SitePair.innerAddress(.b, family), in: tunnels.sites.b)
      #expect(run.missing.isEmpty)
      #expect(run.damaged.isEmpty)
    }

    @Test("Ping with sizes across the MTU", arguments: Family.allCases)
    func ping(family: Family) throws {
      let tunnels = try TunnelPair()
      defer { tunnels.sites.remove() }
      let fits = tunnels.mtu - Self.headers(family)
      for size in [0, 1, 56, 1000, fits - 1, fits, fits + 1, 2 * fits, 8000, 30_000, 60_000] {
        let answered = try Ping.answered(
          3, size: size, from: tunnels.sites.a, to: SitePair.innerAddress(.b, family))
        #expect(answered == 3, "\(size) bytes")
      }
    }
  }
}
