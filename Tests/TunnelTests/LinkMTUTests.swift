import Testbed
import Testing

extension Tunnels {
  /// Between hosts whose link carries other packets than an Ethernet's 1,500 bytes.
  @Suite struct LinkMTUTests {
    struct Link: CustomTestStringConvertible {
      let mtu: Int
      /// What is left for the packets inside.
      let inner: Int

      var testDescription: String { "a link of \(mtu)" }

      static let all = [
        // The least that IPv4 can do with, IPv6's least, jumbo frames, and more than fastun makes use of.
        Link(mtu: 648, inner: 576), Link(mtu: 1_280, inner: 1_208), Link(mtu: 9_000, inner: 8_928),
        Link(mtu: 65_535, inner: 60_000),
      ]
    }

    @Test(
      "The device's MTU follows the link's, and all arrives", arguments: Link.all,
      ["off", "always"])
    func carries(link: Link, compress: String) throws {
      let sites = try SitePair()
      defer { sites.remove() }
      for site in SitePair.Site.allCases {
        try sites[site].ip("link set \(SitePair.outerDevice) mtu \(link.mtu)")
      }
      let tunnels = try TunnelPair(on: sites) { site, options in
        options.compress = compress
        // IPv6 wants 1,280 bytes of every link.
        if link.inner < 1_280 { options.addresses = ["\(SitePair.innerAddress(site))/24"] }
      }
      #expect(tunnels.a.mtu == link.inner)
      #expect(tunnels.b.mtu == link.inner)
      for site in SitePair.Site.allCases {
        let transfer = try Transfer(
          bytes: 32 << 20, of: .json, from: sites[site], to: SitePair.innerAddress(site.other),
          in: sites[site.other])
        #expect(transfer.received == transfer.sent, "SHA-256 from site \(site)")
      }
      // Alone, several to a datagram, as long as the device takes, and in fragments.
      let fits = link.inner - 28
      let sizes = [
        1, 64, fits / 3, fits / 2, fits - 1, fits, fits + 1, min(3 * fits, 65_507), 65_507,
      ]
      let run = try DatagramSizes(
        sizes, from: sites.a, to: SitePair.innerAddress(.b), in: sites.b)
      #expect(run.missing.isEmpty)
      #expect(run.damaged.isEmpty)
      let counters = try tunnels.stop()
      #expect(counters.a.drops.isEmpty)
      #expect(counters.b.drops.isEmpty)
      #expect(try (counters.a.sum("datagrams_compressed") > 0) == (compress == "always"))
    }
  }
}
