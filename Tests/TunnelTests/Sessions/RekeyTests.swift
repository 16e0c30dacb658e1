import Testbed
import Testing

extension Tunnels {
  /// Keys that change while packets travel.
  @Suite struct RekeyTests {
    @Test("New keys cost no packet")
    func underLoad() throws {
      let tunnels = try TunnelPair { _, options in
        options.queues = 2
        options.rekey = 1
      }
      defer { tunnels.sites.remove() }
      let run = try UDPFlows(
        count: 20_000, size: 300, rate: 4_500, flows: 16, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      #expect(run.corrupt == 0)
      #expect(run.total.lost == 0)
      #expect(run.total.duplicated == 0)
      let load = try TCPLoad(
        from: tunnels.sites.b, to: SitePair.innerAddress(.a), in: tunnels.sites.a,
        payload: TCPLoad.payload(.zeros))
      Deadline.sleep(seconds: 2)
      #expect(load.received > 0)
      load.stop()
      let counters = try tunnels.stop()
      // A little less than one in two seconds, since those are counted whole.
      for (end, counters) in [(tunnels.a, counters.a), (tunnels.b, counters.b)] {
        #expect(end.process.count(of: "session") >= 3)
        #expect(end.process.count(of: "peer") == 1)
        #expect(counters.drops.isEmpty, "\(counters.drops)")
      }
      let lost = try counters.a.sum("datagrams_lost") + counters.b.sum("datagrams_lost")
      #expect(lost == 0)
      let seen = [tunnels.a, tunnels.b].map { $0.process.count(of: "session") }
      // One side may end while the last handshake is under way.
      #expect(abs(seen[0] - seen[1]) <= 1, "\(seen)")
    }

    @Test("Both ciphers carry", arguments: ["aes", "chacha"])
    func ciphers(cipher: String) throws {
      // The other side takes what there is.
      let sites = try SitePair()
      defer { sites.remove() }
      var options = TunnelOptions(site: .a)
      options.cipher = cipher
      let a = try Tunnel(in: sites.a, options)
      let b = try Tunnel(in: sites.b, TunnelOptions(site: .b))
      for end in [a, b] {
        let session = try end.waitForSession()
        #expect(
          session["cipher"]?.string == (cipher == "aes" ? "AES-256-GCM" : "ChaCha20-Poly1305"))
        #expect(session["number"]?.int == 1)
      }
      for site in SitePair.Site.allCases {
        let transfer = try Transfer(
          bytes: 16 << 20, of: .random, from: sites[site], to: SitePair.innerAddress(site.other),
          in: sites[site.other])
        #expect(transfer.received == transfer.sent)
      }
      for end in [a, b] {
        let drops = try end.stop().drops
        #expect(drops.isEmpty, "\(drops)")
      }
    }

    @Test("Unequal MTUs are warned of on both sides")
    func unequalMTU() throws {
      let tunnels = try TunnelPair { site, options in options.mtu = site == .a ? 1400 : 1300 }
      defer { tunnels.sites.remove() }
      try tunnels.a.process.waitFor(log: "the peer's MTU is 1300, ours 1400")
      try tunnels.b.process.waitFor(log: "the peer's MTU is 1400, ours 1300")
    }
  }
}
