import Testbed
import Testing

extension Tunnels {
  /// Genuine datagrams that somebody on the path sends once more.
  @Suite struct ReplayTests {
    @Test(
      "A datagram, and a whole recording, are delivered once", arguments: SitePair.Site.allCases)
    func data(victim: SitePair.Site) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      let run = try UDPFlows(
        count: 2000, size: 1000, rate: 20_000, from: pair.sites[victim.other],
        to: SitePair.innerAddress(victim), in: pair.sites[victim])
      #expect(run.total.received == 2000)
      let before = try pair.packets(at: victim)
      let recorded = pair.tape.datagrams(from: victim.other).filter { $0[0] == 4 }
      #expect(recorded.count >= 2000)
      let last = try #require(recorded.last)
      pair.relay.inject([last] + recorded + [last], to: victim)
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 3)
      let counted = try #require(try pair.stop()[victim])
      #expect(counted.drops == ["drop_replayed": recorded.count + 2])
      #expect(pair[victim].process.logLines(with: "that had come before").count == 1)
      #expect(try counted.sum("packets_in") == 2000 + 3)
    }

    @Test("A handshake that is over begins nothing, at either side")
    func handshake() throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      #expect(try pair.pings() == 3)
      let before = try SitePair.Site.allCases.map { try pair.packets(at: $0) }
      let old = try RecordedSession(pair.tape)
      // To whom they were sent: a knows them all; message 3 is confirmed once more, with a keep-alive.
      pair.relay.inject(old.initiations + [old.confirmation], to: .a)
      pair.relay.inject(old.answers, to: .b)
      // To whom had sent them: b answers its own message 1 as anybody's, and a does not expect that.
      pair.relay.inject(old.answers, to: .a)
      pair.relay.inject([old.confirmation] + old.initiations, to: .b)
      #expect(try pair.pings() == 3)
      #expect(try SitePair.Site.allCases.map { try pair.packets(at: $0) } == before.map { $0 + 3 })
      let counted = try pair.stop()
      #expect(counted[.a]?.drops == ["drop_handshake_stale": 2 + 2 + 2])
      #expect(counted[.b]?.drops == ["drop_handshake_stale": 2 + 1])
      for site in SitePair.Site.allCases {
        #expect(pair[site].process.events.count { $0["event"]?.string == "session" } == 1)
      }
    }

    @Test(
      "Yesterday's session is worth nothing after a restart",
      arguments: [[.a], [.b], [.a, .b]] as [[SitePair.Site]])
    func yesterday(restarted: [SitePair.Site]) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      #expect(try pair.pings(30) == 30)
      let old = try RecordedSession(pair.tape)
      for site in restarted { try pair.restart(site) }
      for site in SitePair.Site.allCases { try pair[site].waitForSessions(2, restarted, site) }
      #expect(try pair.pings() == 3)
      let before = try SitePair.Site.allCases.map { try pair.packets(at: $0) }

      pair.relay.inject(old.data(from: .b) + old.initiations + [old.confirmation], to: .a)
      pair.relay.inject(old.data(from: .a) + old.answers, to: .b)
      #expect(try pair.pings() == 3)
      #expect(try SitePair.Site.allCases.map { try pair.packets(at: $0) } == before.map { $0 + 3 })

      let counted = try pair.stop()
      func data(_ site: SitePair.Site) -> [String: Int] {
        // Who went on still has yesterday's keys, and knows what came under them.
        let name = restarted.contains(site) ? "drop_unknown_session" : "drop_replayed"
        return [name: old.data(from: site.other).count]
      }
      // A restarted a has forgotten the handshake: it answers message 1 as anybody's, which b does
      // not expect, and message 3 is nobody's. One that went on knows message 1 and confirms 3.
      let isNew = restarted.contains(.a)
      #expect(
        counted[.a]?.drops
          == data(.a).merging(["drop_handshake_stale": isNew ? 1 : 2]) { $0 + $1 })
      #expect(
        counted[.b]?.drops
          == data(.b).merging(["drop_handshake_stale": isNew ? 2 + 2 : 2]) { $0 + $1 })
      for site in SitePair.Site.allCases {
        let sessions = pair[site].process.events.count { $0["event"]?.string == "session" }
        #expect(sessions == (restarted.contains(site) ? 1 : 2))
      }
    }
  }
}

extension Tunnel {
  /// Waits for the session after a restart: the first of who was restarted, else the second.
  fileprivate func waitForSessions(
    _ count: Int, _ restarted: [SitePair.Site], _ site: SitePair.Site
  ) throws {
    let wanted = restarted.contains(site) ? count - 1 : count
    while process.events.count(where: { $0["event"]?.string == "session" }) < wanted {
      _ = try process.waitFor(event: "session")
    }
  }
}
