import Testbed
import Testing

extension Tunnels {
  /// Ends that are started again, in any order.
  @Suite struct RestartTests {
    @Test(
      "Whoever is started again is known and back, in either order",
      arguments: [[SitePair.Site.a], [.b], [.a, .b], [.b, .a]])
    func order(_ order: [SitePair.Site]) throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      let known = try [sites.a.knownPeers, sites.b.knownPeers]
      #expect(known.allSatisfy { $0.split(separator: "\n").count == 1 }, "\(known)")
      // All of them at once, and only then again.
      for site in order { try tunnels[site].process.kill9() }
      let again = try order.map { try Tunnel(in: sites[$0], TunnelOptions(site: $0)) }
      for end in again { try end.waitForPeer(seconds: 5) }
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      #expect(try [sites.a.knownPeers, sites.b.knownPeers] == known)
      for end in again { #expect(!end.process.errorText.contains("for the first time")) }
    }

    @Test("A side that only listens is found again after it was started again")
    func listener() throws {
      let (sites, a, b) = try AwaitedPeerTests.pair(queues: (1, 1))
      defer { sites.remove() }
      let talk = try Talk(from: sites.a, to: SitePair.innerAddress(.b), in: sites.b)
      defer { talk.stop() }
      try talk.waitFor(10)
      try b.process.kill9()
      let again = try Tunnel(in: sites.b, AwaitedPeerTests.listener(key: a.key, queues: 1))
      try again.waitForPeer(seconds: 20)
      try talk.waitFor(10)
    }
  }
}
