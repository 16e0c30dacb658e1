import Glibc
import Testbed
import Testing

extension Tunnels {
  /// Peers that come late, crash, and come back.
  @Suite struct PeerTests {
    @Test("A peer that starts late is found")
    func late() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let a = try Tunnel(in: sites.a, TunnelOptions(site: .a))
      // Traffic before the peer is there gets lost, and must do no harm.
      let early = try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b))
      #expect(early == 0)
      let b = try Tunnel(in: sites.b, TunnelOptions(site: .b))
      try a.waitForPeer()
      try b.waitForPeer()
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
    }

    @Test("What is sent before the peer is there waits for it")
    func held() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      let a = try Tunnel(in: sites.a, TunnelOptions(site: .a))
      let early = Background { [a = sites.a] in
        try Ping.answered(20, size: 56, from: a, to: SitePair.innerAddress(.b), seconds: 10)
      }
      // They are on their way: the device has counted them.
      let deadline = Deadline(seconds: 4)
      while try sites.a.run("cat /sys/class/net/\(TunnelOptions.device)/statistics/tx_packets")
        .hasPrefix("0"), !deadline.hasPassed
      {}
      let b = try Tunnel(in: sites.b, TunnelOptions(site: .b))
      try b.waitForPeer()
      #expect(try early.value() == 20)
      let counters = try a.stop()
      #expect(counters.drops == [:])
    }

    @Test("Traffic resumes after a crash of either end", arguments: SitePair.Site.allCases)
    func crash(site: SitePair.Site) throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      // More datagrams than the next session will soon send: their numbers must not shut it out.
      _ = try UDPFlows(
        count: 20_000, rate: 20_000, from: sites[site], to: SitePair.innerAddress(site.other),
        in: sites[site.other])
      try (site == .a ? tunnels.a : tunnels.b).process.kill9()
      let restarted = try Tunnel(in: sites[site], TunnelOptions(site: site))
      try restarted.waitForPeer()
      for direction in SitePair.Site.allCases {
        let run = try UDPFlows(
          count: 1000, rate: 2000, from: sites[direction],
          to: SitePair.innerAddress(direction.other), in: sites[direction.other])
        #expect(run.total.received == 1000, "from site \(direction)")
        #expect(run.total.duplicated == 0)
      }
    }

    @Test("A TCP connection outlives a crash")
    func connectionSurvives() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      let load = try TCPLoad(
        from: sites.a, to: SitePair.innerAddress(.b), in: sites.b,
        payload: TCPLoad.payload(.zeros))
      defer { load.stop() }
      try tunnels.b.process.kill9()
      let before = load.received
      let restarted = try Tunnel(in: sites.b, TunnelOptions(site: .b))
      try restarted.waitForPeer()
      // TCP tries again on its own clock, seconds apart by then.
      let deadline = Deadline(seconds: 20)
      while load.received < before + (32 << 20), !deadline.hasPassed {
        Deadline.sleep(seconds: 0.02)
      }
      #expect(load.received >= before + (32 << 20))
    }
  }
}
