import Control
import Dataplane
import Testing

@Suite struct ConfigurationTests {
  private let peer = Endpoint(host: "192.0.2.2")

  @Test func defaultsFollowTheCPUs() throws {
    #expect(try Configuration(peer: peer).queues == min(CPUList.allowed.count, 255))
    #expect(try Configuration(peer: peer, cpus: [0, 0, 0]).queues == 3)
    #expect(try Configuration(peer: peer, queues: 2, cpus: [0]).queues == 2)
  }

  @Test(arguments: [0, -1, 256, Int.max])
  func queuesOutOfRange(queues: Int) {
    let error = #expect(throws: SetupError.self) { try Configuration(peer: peer, queues: queues) }
    #expect(error?.status == .usage)
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "a b", "a:b", "tun%d", "sixteen-letters-", "ü", "all", "default",
  ])
  func nameThatNoInterfaceHas(name: String) {
    #expect(throws: SetupError.self) { try Configuration(peer: peer, name: name) }
  }

  @Test(arguments: ["a", "fastun0", "fifteen-letters", "x.y_z-1"])
  func nameThatAnInterfaceMayHave(name: String) throws {
    #expect(try Configuration(peer: peer, name: name).name == name)
  }

  @Test(arguments: [0, -1, 0.001, 1e9, .infinity, .nan])
  func intervalOutOfRange(seconds: Double) {
    #expect(throws: SetupError.self) { try Configuration(peer: peer, statistics: seconds) }
  }

  @Test func portsBeyondTheLastAreRefused() {
    let last = Endpoint(host: "192.0.2.2", port: 65_535)
    #expect(throws: SetupError.self) { try Configuration(peer: last, queues: 2) }
    #expect(throws: SetupError.self) { try Configuration(peer: peer, listen: last, queues: 2) }
  }

  @Test func bothEndsAreOfOneFamily() throws {
    let listen = try Endpoint(listen: "[::]:51900")
    let error = #expect(throws: SetupError.self) { try Configuration(peer: peer, listen: listen) }
    #expect(error?.status == .usage)
    _ = try Configuration(peer: Endpoint(host: "host.example"), listen: listen)
    _ = try Configuration(peer: peer, listen: Endpoint(listen: "0.0.0.0"))
  }

  @Test func sameAddressTwiceIsRefused() throws {
    let address = try CIDR(address: "10.9.0.1/24")
    #expect(throws: SetupError.self) {
      try Configuration(peer: peer, addresses: [address, address])
    }
  }
}
