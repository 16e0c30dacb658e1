import Testbed
import Testing

extension Tunnels {
  /// Datagrams that a tunnel did not ask for.
  @Suite struct StrangerTests {
    @Test("Strangers are counted and change nothing")
    func strangers() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      try Stranger.send(
        Stranger.garbage(100), from: sites.b, address: SitePair.outerAddress(.b),
        to: SitePair.outerAddress(.a))
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      let counters = try tunnels.stop()
      // Some of the garbage begins as a handshake does, and is judged as one.
      #expect(counters.a.drops.values.reduce(0, +) == 100, "\(counters.a.drops)")
      #expect((counters.a.tunnel["drop_stranger"] ?? 0) > 80)
      #expect(
        counters.a.lanes.allSatisfy {
          $0.allSatisfy { !$0.key.hasPrefix("drop_") || $0.value == 0 }
        })
    }

    @Test(
      "In the clear what others send reaches no device, however right it is; what the peer's port sends does"
    )
    func clear() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      for site in SitePair.Site.allCases {
        try sites[site].sysctl("net/ipv6/conf/default/disable_ipv6", "1")
      }
      let tunnels = try TunnelPair(on: sites) { site, options in
        options.plaintext = true
        options.addresses = ["\(SitePair.innerAddress(site))/24"]
      }
      try sites.b.ip("address add 10.77.0.9/24 dev \(SitePair.outerDevice)")
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      func packets() throws -> Int { try sites.a.packetsReceived(by: TunnelOptions.device) }
      let before = try packets()

      let datagrams = (0..<20).map { Self.clearDatagram(counter: $0) }
      func send(from address: String, _ port: Int) throws {
        try Stranger.send(
          datagrams, from: sites.b, address: address, port: port, to: SitePair.outerAddress(.a))
      }
      try send(from: SitePair.outerAddress(.b), 0)
      try send(from: "10.77.0.9", 0)
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      #expect(try packets() == before + 3)

      // With the peer's own port, once it is free: from elsewhere first.
      try tunnels.b.process.kill9()
      try send(from: "10.77.0.9", TunnelOptions.port)
      try send(from: SitePair.outerAddress(.b), TunnelOptions.port)
      let deadline = Deadline(seconds: 10)
      while try packets() < before + 3 + 20, !deadline.hasPassed { Deadline.sleep(seconds: 0.01) }
      let counters = try tunnels.a.stop()
      #expect(try counters.sum("packets_in") == before + 3 + 20)
      #expect(counters.drops == ["drop_stranger": 60])
      #expect(tunnels.a.process.logLines(with: "not from the configured peer").count == 1)
    }

    /// A datagram in the clear of another session with one whole packet: UDP from b's inner address to a's.
    private static func clearDatagram(counter: UInt8) -> [UInt8] {
      let payload = Array("injected".utf8)
      let length = UInt8(28 + payload.count)
      let header: [UInt8] = [
        0x45, 0, 0, length, 0, 0, 0, 0, 64, 17, 0, 0, 10, 78, 0, 2, 10, 78, 0, 1,
      ]
      let udp: [UInt8] = [0, 9, 0, 9, 0, UInt8(8 + payload.count), 0, 0]
      let record = [1, 0, length, 0] + header + udp + payload
      return [5, 0, 1, 0, 1, 2, 3, 4, counter, 0, 0, 0, 0, 0, 0, 0] + record
    }

    @Test(
      "Garbage from the peer's own port is dropped, and the peer comes back",
      arguments: ["uring", "poll"])
    func garbage(engine: String) throws {
      let tunnels = try TunnelPair { _, options in options.engine = engine }
      let sites = tunnels.sites
      defer { sites.remove() }
      try tunnels.b.process.kill9()
      // Every type and version byte with anything after it, then anything at all.
      let datagrams = (0...255).flatMap { type in
        Stranger.garbage(8, start: [UInt8(type), 0, 1, 0], seed: UInt64(type))
      }
      try Stranger.send(
        datagrams + Stranger.garbage(2000), from: sites.b, address: SitePair.outerAddress(.b),
        port: TunnelOptions.port, to: SitePair.outerAddress(.a))
      let b = try Tunnel(in: sites.b, TunnelOptions(site: .b))
      try b.waitForPeer()
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
      let drops = try tunnels.a.stop().drops
      #expect(drops.values.reduce(0, +) > 3000, "\(drops)")
    }
  }
}
