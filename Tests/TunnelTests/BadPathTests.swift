import Testbed
import Testing

extension Tunnels {
  /// A path that repeats datagrams and delivers some late.
  @Suite struct BadPathTests {
    private func pair(_ manners: Relay.Manners) throws -> (TunnelPair, Relay) {
      let sites = try SitePair()
      let relay = try Relay(between: sites, lanes: 2, manners)
      let tunnels = try TunnelPair(on: sites) { site, options in
        options.peer = relay.peer(of: site)
        options.queues = 2
      }
      return (tunnels, relay)
    }

    @Test("A repeated datagram is delivered once")
    func repeated() throws {
      let (tunnels, relay) = try pair(.init(repeatEvery: 10))
      defer { tunnels.sites.remove() }
      let run = try UDPFlows(
        count: 20_000, size: 1000, rate: 5000, flows: 8, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      #expect(run.corrupt == 0)
      #expect(run.total.duplicated == 0)
      #expect(run.total.lost == 0)
      #expect(run.total.reordered == 0)
      let transfer = try Transfer(
        bytes: 16 << 20, of: .random, from: tunnels.sites.a, to: SitePair.innerAddress(.b),
        in: tunnels.sites.b)
      #expect(transfer.received == transfer.sent)
      #expect(relay.repeated > 2000)
      let counters = try tunnels.stop()
      let refused = try counters.a.sum("drop_replayed") + counters.b.sum("drop_replayed")
      // The one or two that were under way when the first end stopped may be missing.
      #expect(relay.repeated - refused <= 4)
      #expect(refused <= relay.repeated)
    }

    @Test("A late datagram is delivered all the same")
    func late() throws {
      let (tunnels, relay) = try pair(.init(delayEvery: 20))
      defer { tunnels.sites.remove() }
      let run = try UDPFlows(
        count: 20_000, size: 1000, rate: 5000, flows: 8, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      #expect(run.corrupt == 0)
      #expect(run.total.duplicated == 0)
      #expect(run.total.lost == 0)
      #expect(run.total.reordered <= relay.delayed)
      let transfer = try Transfer(
        bytes: 16 << 20, of: .random, from: tunnels.sites.b, to: SitePair.innerAddress(.a),
        in: tunnels.sites.a)
      #expect(transfer.received == transfer.sent)
      #expect(relay.delayed > 1000)
      let counters = try tunnels.stop()
      #expect(try counters.b.sum("drop_replayed") == 0)
      // What a said before b listened is lost, a greeting or two; of the late ones none is.
      let lost = try counters.b.sum("datagrams_lost")
      #expect(lost < 10, "\(relay.delayed) were late")
    }
  }
}
