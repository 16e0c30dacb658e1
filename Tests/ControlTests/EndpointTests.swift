import Control
import Dataplane
import Glibc
import Testing

@Suite struct EndpointTests {
  @Test(arguments: [
    ("192.0.2.2", "192.0.2.2", 51_900),
    ("192.0.2.2:1", "192.0.2.2", 1),
    ("host.example:65535", "host.example", 65_535),
    ("[2001:db8::2]:7000", "2001:db8::2", 7_000),
    ("[2001:db8::2]", "2001:db8::2", 51_900),
    ("2001:db8::2", "2001:db8::2", 51_900),
    ("[fe80::1%eth0]:9", "fe80::1%eth0", 9),
  ])
  func peerIsRead(text: String, host: String, port: Int) throws {
    let endpoint = try Endpoint(peer: text)
    #expect(endpoint.host == host)
    #expect(endpoint.port == port)
  }

  @Test(arguments: [
    "", ":51900", "192.0.2.2:", "192.0.2.2:0", "192.0.2.2:65536", "192.0.2.2:-1", "192.0.2.2:+1",
    "192.0.2.2:1x", "192.0.2.2: 1", "a b", "[192.0.2.2]:1", "[::1", "[::1]1", "[::1]:", "::1]:1",
    "1:2:3", "host/24", "[fe80::1%]:9", "höst", "1.2.3.400", "10.9", "10.9:51900", "5", ".",
  ])
  func malformedPeerIsAUsageError(text: String) {
    let error = #expect(throws: SetupError.self) { try Endpoint(peer: text) }
    #expect(error?.status == .usage)
    #expect(error?.problem.contains("--peer") == true)
  }

  @Test(arguments: [
    ("", "", 51_900), (":7000", "", 7_000), ("10.0.0.1", "10.0.0.1", 51_900),
    ("10.0.0.1:7", "10.0.0.1", 7), ("[::]:7", "::", 7),
  ])
  func listenIsRead(text: String, host: String, port: Int) throws {
    #expect(try Endpoint(listen: text) == Endpoint(host: host, port: port))
  }

  @Test(arguments: ["localhost", "10.0.0:1", "10.0.0.1:0", ":", "10.0.0.256"])
  func malformedListenIsAUsageError(text: String) {
    let error = #expect(throws: SetupError.self) { try Endpoint(listen: text) }
    #expect(error?.status == .usage)
    #expect(error?.problem.contains("--listen") == true)
  }

  @Test func portsOfAllLanesMustExist() throws {
    let endpoint = Endpoint(host: "192.0.2.2", port: 65_532)
    try endpoint.checkPorts(lanes: 4, option: "--peer")
    let error = #expect(throws: SetupError.self) {
      try endpoint.checkPorts(lanes: 5, option: "--peer")
    }
    #expect(error?.remedy.contains("65531") == true)
  }

  @Test func addressesResolveToThemselves() throws {
    let v4 = try Endpoint(peer: "192.0.2.2:9").resolve()
    #expect(v4 == SocketAddress(.v4(0xc000_0202), port: 9))
    #expect("\(v4)" == "192.0.2.2:9")
    let v6 = try Endpoint(peer: "[2001:db8::2]:9").resolve()
    #expect("\(v6)" == "[2001:db8::2]:9")
  }

  @Test(arguments: ["0.0.0.0", "224.0.0.1", "255.255.255.255", "[::]", "[ff02::1]:1"])
  func addressesThatAreNoHostsAreRefused(text: String) {
    let error = #expect(throws: SetupError.self) { try Endpoint(peer: text).resolve() }
    #expect(error?.status == .usage)
  }

  @Test func unknownNamesHaveAStatusOfTheirOwn() {
    let error = #expect(throws: SetupError.self) {
      try Endpoint(peer: "no-such-name.invalid").resolve()
    }
    #expect(error?.status == .noHost)
  }

  @Test func zoneWithoutAnInterfaceIsNamed() {
    let error = #expect(throws: SetupError.self) { try Endpoint(peer: "[fe80::1%no0]").resolve() }
    #expect(error?.status == .unavailable)
    #expect(error?.problem == "there is no interface no0 for [fe80::1%no0]:51900")
  }

  @Test func listeningAnywhereFollowsThePeersFamily() throws {
    let anywhere = Endpoint(host: "", port: 5)
    #expect("\(try anywhere.local(family: AF_INET))" == "0.0.0.0:5")
    #expect("\(try anywhere.local(family: AF_INET6))" == "[::]:5")
    #expect(throws: SetupError.self) { try Endpoint(listen: "10.0.0.1").local(family: AF_INET6) }
  }
}
