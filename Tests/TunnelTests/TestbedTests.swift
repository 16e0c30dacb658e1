import Glibc
import Testing

@testable import Testbed

/// The test bed notices what it is there to notice.
@Suite struct TestbedTests {
  @Test("A flow's numbers tell what was lost, repeated and late")
  func arrivals() {
    var arrivals = FlowArrivals()
    for number in [0, 1, 3, 2, 2, 70, 69, 70] { arrivals.note(number) }
    #expect(arrivals.counts.received == 6)
    #expect(arrivals.counts.duplicated == 2)
    #expect(arrivals.counts.reordered == 2)
  }

  @Test("A datagram with any bit changed is refused", arguments: [16, 17, 23, 64, 1000])
  func damage(size: Int) throws {
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { bytes in
      for index in 0..<size { bytes[index] = UInt8(truncatingIfNeeded: index * 7) }
      FlowDatagram.write(flow: 5, number: 99, into: bytes)
      let whole = FlowDatagram.read(UnsafeRawBufferPointer(bytes))
      #expect(whole?.flow == 5 && whole?.number == 99)
      for bit in 0..<size * 8 {
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(FlowDatagram.read(UnsafeRawBufferPointer(bytes)) == nil, "bit \(bit)")
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
    }
  }

  @Test("Noise allows five deviations and no more")
  func noise() {
    let noise = Noise(trials: 10_000, probability: 0.01)
    #expect(noise.contains(100) && noise.contains(149) && noise.contains(51))
    #expect(!noise.contains(150) && !noise.contains(50))
  }

  @Test("Events are read by name")
  func json() throws {
    let event = try JSONValue(
      text: #"{"event":"final","lanes":[{"lane":0,"counters":{"packets_out":12}}]}"#)
    #expect(event["event"]?.string == "final")
    #expect(event["lanes"]?.array?[0]["counters"]?.ints == ["packets_out": 12])
    #expect(throws: TestbedError.self) { try JSONValue(text: "{") }
  }

  @Test("A tunnel's options become arguments, and those that are not set do not")
  func arguments() {
    var options = TunnelOptions(site: .a)
    let defaults = options.arguments
    for name in ["--identity", "--peer-key", "--psk-file", "--rekey", "--plaintext"] {
      #expect(!defaults.contains(name))
    }
    options.identity = "/keys/identity"
    options.peerKey = "key"
    options.pskFile = "/keys/psk"
    options.rekey = 1
    options.keepalive = 10
    options.plaintext = true
    #expect(
      options.arguments == defaults + [
        "--identity", "/keys/identity", "--peer-key", "key", "--psk-file", "/keys/psk",
        "--rekey", "1", "--keepalive", "10", "--plaintext",
      ])
  }

  @Test("Each host has a folder that only root can enter", .enabled(if: Testbed.missing == nil))
  func folders() throws {
    let sites = try SitePair()
    defer { sites.remove() }
    #expect(sites.a.folder != sites.b.folder)
    for site in SitePair.Site.allCases {
      var status = stat()
      #expect(stat(sites[site].folder, &status) == 0)
      #expect(status.st_mode & 0o7777 == 0o700)
    }
  }

  @Test("A path without a tunnel loses nothing", .enabled(if: Testbed.missing == nil))
  func clean() throws {
    let sites = try SitePair()
    defer { sites.remove() }
    let run = try UDPFlows(
      count: 5000, size: 100, rate: 10_000, flows: 4, from: sites.a,
      to: SitePair.outerAddress(.b, .ipv6), in: sites.b)
    #expect(run.corrupt == 0)
    #expect(run.total.sent == 5000)
    #expect(run.total.lost == 0)
  }

  @Test(
    "TCP begins with the congestion control that the routes say, whatever the machine's own is",
    .enabled(if: Testbed.missing == nil, "\(Testbed.missing ?? "")"))
  func congestionControl() throws {
    let pair = try SitePair()
    defer { pair.remove() }
    for namespace in [pair.a, pair.b] { try namespace.beginConnections(with: "reno") }
    // Twice is once: a second load finds the routes as they are.
    try pair.a.beginConnections(with: "reno")
    let listener = try pair.b.inside {
      let socket = try Socket(
        SOCK_STREAM, bound: SocketAddress(SitePair.outerAddress(.b), port: 0))
      #expect(listen(socket.raw, 1) == 0)
      return socket
    }
    listener.setTimeouts(seconds: 5)
    let address = try SocketAddress(SitePair.outerAddress(.b), port: listener.port())
    let client = try pair.a.inside {
      let socket = try Socket(SOCK_STREAM, bound: SocketAddress("0.0.0.0", port: 0))
      socket.setTimeouts(seconds: 5)
      try socket.connect(to: address)
      return socket
    }
    let accepted = accept4(
      listener.raw, .init(__sockaddr__: nil), nil, Int32(SOCK_CLOEXEC.rawValue))
    try #require(accepted >= 0)
    let server = Socket(raw: accepted)
    for socket in [client, server] {
      var name = [CChar](repeating: 0, count: 16)
      var length = socklen_t(name.count)
      #expect(getsockopt(socket.raw, Int32(IPPROTO_TCP), TCP_CONGESTION, &name, &length) == 0)
      #expect(name.withUnsafeBytes { $0.starts(with: Array("reno\0".utf8)) })
    }
  }
}
