import Testbed
import Testing

extension Tunnels {
  /// A lost datagram costs one datagram.
  @Suite struct LossTests {
    @Test("UDP loses as many packets as the path loses datagrams", arguments: [1, 10, 30])
    func packets(perThousand: Int) throws {
      // Mode off: elsewhere the rule would drop trains whole.
      let tunnels = try TunnelPair(mode: .off)
      defer { tunnels.sites.remove() }
      let rule = try LossRule(in: tunnels.sites.b, perThousand: perThousand)
      // Too long for two to share a datagram: then one lost datagram must be one lost packet.
      let run = try UDPFlows(
        count: 60_000, size: 1000, rate: 15_000, flows: 8, from: tunnels.sites.a,
        to: SitePair.innerAddress(.b), in: tunnels.sites.b)
      let (seen, dropped) = try rule.counts()
      #expect(run.corrupt == 0)
      #expect(run.total.duplicated == 0)
      #expect(run.total.reordered == 0)
      let noise = Noise(trials: run.total.sent, probability: Double(perThousand) / 1000)
      #expect(
        noise.contains(run.total.lost),
        "\(run.total.lost) lost, \(dropped) of \(seen) datagrams dropped")
      // Not one packet more than datagrams; a few of those carry greetings and keep-alives.
      #expect(run.total.lost <= dropped)
      #expect(run.total.lost >= dropped - 50)
    }

    @Test("TCP loses single segments and comes through", arguments: [1, 10, 30])
    func tcp(perThousand: Int) throws {
      let tunnels = try TunnelPair(mode: .off)
      defer { tunnels.sites.remove() }
      let rule = try LossRule(in: tunnels.sites.b, perThousand: perThousand)
      let transfer = try Transfer(
        bytes: 64 << 20, of: .random, from: tunnels.sites.a, to: SitePair.innerAddress(.b),
        in: tunnels.sites.b)
      #expect(transfer.received == transfer.sent)
      let (seen, dropped) = try rule.counts()
      let counters = (a: try tunnels.a.stop(), b: try tunnels.b.stop())
      let sent = try counters.a.sum("packets_out")
      let lost = try sent - counters.b.sum("packets_in")
      // Promise 2: no more packets than datagrams go missing, in proportion.
      let share = Double(dropped) / Double(seen)
      let noise = Noise(trials: sent, probability: share)
      #expect(Double(lost) <= noise.expected + noise.allowed, "\(lost) of \(sent), rule \(share)")
    }

    @Test("Compressed datagrams stand alone too")
    func compressed() throws {
      let tunnels = try TunnelPair(mode: .off) { _, options in options.compress = "always" }
      defer { tunnels.sites.remove() }
      let rule = try LossRule(in: tunnels.sites.b, perThousand: 10)
      let transfer = try Transfer(
        bytes: 64 << 20, of: .json, from: tunnels.sites.a, to: SitePair.innerAddress(.b),
        in: tunnels.sites.b)
      #expect(transfer.received == transfer.sent)
      #expect(try rule.counts().dropped > 0)
      try tunnels.a.process.kill9()
      #expect(try tunnels.b.stop().drops.isEmpty)
    }
  }
}
