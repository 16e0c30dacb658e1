import Testbed
import Testing

extension Tunnels {
  /// Nothing stays behind.
  @Suite struct CleanUpTests {
    @Test("A stopped tunnel leaves no device, and can start again at once")
    func stopped() throws {
      let sites = try SitePair()
      defer { sites.remove() }
      for _ in 0..<3 {
        let tunnels = try TunnelPair(on: sites)
        #expect(sites.a.hasDevice(TunnelOptions.device))
        _ = try tunnels.stop()
        #expect(!sites.a.hasDevice(TunnelOptions.device))
        #expect(!sites.b.hasDevice(TunnelOptions.device))
      }
    }

    @Test("A stop under load is clean")
    func underLoad() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      let load = try TCPLoad(
        from: sites.a, to: SitePair.innerAddress(.b), in: sites.b, streams: 2,
        payload: TCPLoad.payload(.zeros))
      defer { load.stop() }
      let deadline = Deadline(seconds: 10)
      while load.received < 8 << 20, !deadline.hasPassed { Deadline.sleep(seconds: 0.01) }
      let counters = try tunnels.stop()
      #expect(try counters.a.sum("datagrams_sent") > 0)
      #expect(!sites.a.hasDevice(TunnelOptions.device))
    }

    @Test("A device in use is refused, and left alone")
    func inUse() throws {
      let tunnels = try TunnelPair()
      let sites = tunnels.sites
      defer { sites.remove() }
      var options = TunnelOptions(site: .a)
      options.listen = ":52100"
      #expect(throws: TestbedError.self) { try Tunnel(in: sites.a, options) }
      #expect(try Ping.answered(3, size: 56, from: sites.a, to: SitePair.innerAddress(.b)) == 3)
    }

    @Test("Namespaces are gone after a test")
    func namespaces() throws {
      let sites = try SitePair()
      let names = [sites.a.name, sites.b.name]
      sites.remove()
      let listed = try Command.run("ip netns list")
      #expect(names.allSatisfy { !listed.contains($0) })
    }
  }
}
