import Testbed
import Testing

extension Tunnels {
  /// Peers whose address changes while the tunnel is up.
  @Suite struct MovedPeerTests {
    @Test("A NAT may give each lane any port, and other ones later")
    func nat() throws {
      let sites = try SitePair()
      let nat = try NAT(between: sites, lanes: 2)
      let (_, a, b) = try AwaitedPeerTests.pair(queues: (2, 2), on: sites, peer: nat.peer)
      defer { sites.remove() }
      try Self.checkFlows(sites)
      let talk = try Talk(from: sites.a, to: SitePair.innerAddress(.b), in: sites.b)
      defer { talk.stop() }
      try talk.waitFor(10)

      let moves = b.process.logLines(with: "the peer's lane").count
      try nat.forget()
      try talk.waitFor(10)
      // Each lane has been heard from its new port, whichever one the connection is on.
      try b.process.waitFor(log: "the peer's lane", times: moves + 2)
      try Self.checkFlows(sites)
      #expect(a.process.isRunning && b.process.isRunning)
    }

    @Test("A host whose own address changes goes on from the new one")
    func address() throws {
      let tunnels = try TunnelPair { _, options in options.queues = 2 }
      let sites = tunnels.sites
      defer { sites.remove() }
      let talk = try Talk(from: sites.a, to: SitePair.innerAddress(.b), in: sites.b)
      defer { talk.stop() }
      try talk.waitFor(10)
      try sites.readdress(.a, to: 3)
      try tunnels.b.process.waitFor(log: "at 10.77.0.3:51900 now")
      try talk.waitFor(10)
      try tunnels.b.process.waitFor(log: "at 10.77.0.3:51901 now")
      try Self.checkFlows(sites)
    }

    @Test("A host that has nothing to say tells its new address all the same", arguments: [1, 2])
    func quietAddress(queues: Int) throws {
      let tunnels = try TunnelPair { _, options in options.queues = queues }
      let sites = tunnels.sites
      defer { sites.remove() }
      try Ping.waitForAnswer(from: sites.b, to: SitePair.innerAddress(.a))
      try sites.readdress(.a, to: 3)
      // Sooner than either would miss the other (SilenceWatch).
      try Ping.waitForAnswer(from: sites.b, to: SitePair.innerAddress(.a), seconds: 4)
      for lane in 0..<queues {
        let place = "10.77.0.3:\(TunnelOptions.port + lane)"
        try tunnels.b.process.waitFor(log: "at \(place) now", seconds: 4)
      }
      let lines = tunnels.a.process.logLines(with: "10.77.0.1 is not this host's any more")
      #expect(lines.count == 1, "\(lines)")
    }

    private static func checkFlows(_ sites: SitePair) throws {
      for site in SitePair.Site.allCases {
        let run = try UDPFlows(
          count: 2000, size: 200, rate: 10_000, flows: 32, from: sites[site],
          to: SitePair.innerAddress(site.other), in: sites[site.other])
        #expect(run.flows.allSatisfy { $0.lost == 0 }, "\(run.total) from site \(site)")
      }
    }
  }
}
