/// Two hosts with a tunnel between them, and somebody on the path who keeps what passes and sends
/// what it likes in either host's name.
///
/// Site a awaits b, whose key it was given, so that b begins the only handshake there is: all that a
/// side counts is then known beforehand. Devices have IPv4 alone: the kernel says nothing on them by
/// itself, and each packet that comes out of one is a test's own.
package final class TappedPair {
  package let sites: SitePair
  package let tape: Tape
  package let relay: Relay
  package private(set) var a: Tunnel
  package private(set) var b: Tunnel
  private let lanes: Int
  private let keyOfB: String

  package init(lanes: Int = 1) throws {
    let sites = try SitePair()
    let tape = Tape(lanes: lanes)
    let relay = try Relay(between: sites, lanes: lanes, tape: tape)
    (self.sites, self.tape, self.relay, self.lanes) = (sites, tape, relay, lanes)
    keyOfB = try KeyFile(of: sites.b).publicKey
    for site in SitePair.Site.allCases {
      try sites[site].sysctl("net/ipv6/conf/default/disable_ipv6", "1")
    }
    var options = [SitePair.Site.a, .b].map {
      Self.options(of: $0, peer: relay.peer(of: $0), lanes: lanes)
    }
    options[0].peer = nil
    options[0].peerKey = keyOfB
    a = try Tunnel(in: sites.a, options[0])
    b = try Tunnel(in: sites.b, options[1])
    try a.waitForPeer()
    try b.waitForPeer()
  }

  private static func options(
    of site: SitePair.Site, peer: String, lanes: Int
  ) -> TunnelOptions {
    var options = TunnelOptions(site: site)
    options.peer = peer
    options.queues = lanes
    options.addresses = ["\(SitePair.innerAddress(site))/24"]
    return options
  }

  package subscript(site: SitePair.Site) -> Tunnel { site == .a ? a : b }

  /// Starts a site's tunnel anew, as after a crash; it begins the handshake now, whichever it is.
  package func restart(_ site: SitePair.Site) throws {
    var options = Self.options(of: site, peer: relay.peer(of: site), lanes: lanes)
    if site == .a { options.peerKey = keyOfB }
    try self[site].process.kill9()
    let tunnel = try Tunnel(in: sites[site], options)
    if site == .a { a = tunnel } else { b = tunnel }
  }

  /// How many of some echoes from a site were answered through the tunnel.
  package func pings(
    _ count: Int = 3, from site: SitePair.Site = .a, seconds: Double = 2
  ) throws -> Int {
    try Ping.answered(
      count, size: 56, from: sites[site], to: SitePair.innerAddress(site.other), seconds: seconds)
  }

  /// The sealed datagram of an echo from a site, which got no further than the middle.
  package func withheldPing(from site: SitePair.Site = .a) throws -> [UInt8] {
    // Both sides announce new keys on each lane; by the time that an echo is answered, that is over.
    guard try pings(1, from: site) == 1 else { throw TestbedError("an echo was not answered") }
    let held = try tape.withhold(from: site) {
      guard try pings(1, from: site, seconds: 0.2) == 0 else {
        throw TestbedError("an echo was answered that should not have arrived")
      }
    }
    guard held.count == 1, held[0][0] == 4 else {
      throw TestbedError("one echo was to be withheld, and \(held.count) datagrams were")
    }
    return held[0]
  }

  /// Packets that have come out of a site's tunnel so far, as its kernel counts them.
  package func packets(at site: SitePair.Site) throws -> Int {
    try sites[site].packetsReceived(by: TunnelOptions.device)
  }

  /// Stops both ends and returns their counters.
  package func stop() throws -> [SitePair.Site: FinalCounters] {
    [.a: try a.stop(), .b: try b.stop()]
  }
}
