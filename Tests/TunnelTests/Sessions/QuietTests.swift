import Glibc
import Testbed
import Testing

extension Tunnels {
  /// Tunnels in which nobody speaks, and peers that do not answer.
  @Suite struct QuietTests {
    /// Two ends of two lanes whose hosts have nothing to say of their own accord.
    private func quiet(keepalive: Int?) throws -> (TunnelPair, PacketCount) {
      let sites = try SitePair()
      for site in SitePair.Site.allCases {
        // New devices solicit routers and groups' members.
        try sites[site].sysctl("net/ipv6/conf/default/disable_ipv6", "1")
      }
      // What a sends, lane by lane, as b sees it.
      let lanes = (0..<2).map { ("lane\($0)", "udp dport \(TunnelOptions.port + $0)") }
      let count = try PacketCount(in: sites.b, Dictionary(uniqueKeysWithValues: lanes))
      let tunnels = try TunnelPair(on: sites) { site, options in
        options.queues = 2
        options.addresses = ["\(SitePair.innerAddress(site))/24"]
        if site == .a { options.keepalive = keepalive }
      }
      return (tunnels, count)
    }

    private func sent(_ count: PacketCount) throws -> [Int] {
      try (0..<2).map { try count.counts("lane\($0)").packets }
    }

    @Test("An idle tunnel is silent on the wire")
    func idle() throws {
      let (tunnels, count) = try quiet(keepalive: nil)
      defer { tunnels.sites.remove() }
      // A handshake's last repeats, and the announcements of both sides, are over within a second.
      Deadline.sleep(seconds: 1)
      let answers = try PacketCount(in: tunnels.sites.a, ["answers": "udp dport 51900-51901"])
      let before = try sent(count)
      Deadline.sleep(seconds: 3)
      #expect(try sent(count) == before)
      #expect(try answers.counts("answers").packets == 0)
      #expect(before.allSatisfy { $0 > 0 })
    }

    @Test("With --keepalive each lane of an idle tunnel speaks that often")
    func keepalive() throws {
      let (tunnels, count) = try quiet(keepalive: 1)
      defer { tunnels.sites.remove() }
      let before = try sent(count)
      // Up to two seconds until the first one, since seconds are counted whole.
      Deadline.sleep(seconds: 4.5)
      let more = zip(try sent(count), before).map { $0 - $1 }
      // Announcements may come on top.
      #expect(more.count == 2)
      #expect(more.allSatisfy { (3...8).contains($0) }, "\(more)")
    }

    @Test("A peer that does not answer is missed, and welcomed back")
    func stopped() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      let talk = try Talk(from: sites.a, to: SitePair.innerAddress(.b), in: sites.b)
      defer { talk.stop() }
      try talk.waitFor(10)
      tunnels.b.process.signal(SIGSTOP)
      // An end that is stopped cannot be ended by anything but SIGKILL.
      defer { tunnels.b.process.signal(SIGCONT) }
      try tunnels.a.process.waitFor(log: "the peer does not answer since 15 s", seconds: 25)
      tunnels.b.process.signal(SIGCONT)
      try tunnels.a.process.waitFor(log: "the peer is back")
      try talk.waitFor(10, seconds: 20)
    }
  }
}
