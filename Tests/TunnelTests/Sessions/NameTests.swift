import Testbed
import Testing

extension Tunnels {
  /// A peer that is given by its name.
  @Suite struct NameTests {
    @Test("A peer whose name stands for another address later is found there")
    func moved() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      try sites.a.call("peer.example", SitePair.outerAddress(.b))
      var options = TunnelOptions(site: .a)
      options.peer = "peer.example"
      let a = try Tunnel(in: sites.a, options)
      let b = try Tunnel(in: sites.b, AwaitedPeerTests.listener(key: a.key, queues: 1))
      try a.waitForPeer()
      #expect(try sites.a.knownPeers.hasPrefix("peer.example:51900 "))

      // It awaits calls, so that nobody but the name tells where it is.
      try b.process.kill9()
      try sites.readdress(.b, to: 4)
      try sites.a.call("peer.example", "10.77.0.4")
      let again = try Tunnel(in: sites.b, AwaitedPeerTests.listener(key: a.key, queues: 1))
      let talk = Background { [a = sites.a, b = sites.b] in
        try Talk(from: a, to: SitePair.innerAddress(.b), in: b, seconds: 25)
      }
      try again.waitForPeer(seconds: 20)
      try a.process.waitFor(log: "the peer's lane 0 is at 10.77.0.4:51900 now")
      let connection = try talk.value()
      defer { connection.stop() }
      try connection.waitFor(10)
    }
  }
}
