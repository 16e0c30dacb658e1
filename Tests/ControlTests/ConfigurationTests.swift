import Control
import Dataplane
import Handshake
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

  @Test func sealedByDefault() throws {
    let configuration = try Configuration(peer: peer)
    #expect(!configuration.isPlaintext)
    #expect(configuration.identity == "/var/lib/fastun/identity")
    #expect(configuration.peerKey == nil)
    #expect(configuration.pskFile == nil)
    #expect(configuration.keepalive == nil)
    #expect(configuration.rekey == .seconds(120))
    #expect(configuration.user == nil)
  }

  @Test func peerOrItsKey() throws {
    let key = Identity().publicKey
    let neither = #expect(throws: SetupError.self) { try Configuration(peer: nil) }
    #expect(neither?.problem == "neither --peer nor --peer-key is given")
    #expect(neither?.status == .usage)
    _ = try Configuration(peer: nil, peerKey: key)
    _ = try Configuration(peer: nil, listen: Endpoint(listen: "[::]:7"), peerKey: key)
    _ = try Configuration(peer: peer, peerKey: key)
  }

  @Test func plaintextPromisesNothing() throws {
    _ = try Configuration(peer: peer, isPlaintext: true, keepalive: 25, rekey: 60)
    let key = #expect(throws: SetupError.self) {
      try Configuration(peer: peer, peerKey: Identity().publicKey, isPlaintext: true)
    }
    #expect(key?.problem.hasPrefix("--peer-key has no effect with --plaintext") == true)
    let psk = #expect(throws: SetupError.self) {
      try Configuration(peer: peer, pskFile: "psk", isPlaintext: true)
    }
    #expect(psk?.problem.hasPrefix("--psk-file has no effect with --plaintext") == true)
    let anybody = #expect(throws: SetupError.self) {
      try Configuration(peer: nil, isPlaintext: true)
    }
    #expect(anybody?.problem.contains("anybody's datagrams") == true)
  }

  @Test(arguments: [0, -1, 3_601, Int.min, Int.max])
  func keepaliveOutOfRange(seconds: Int) {
    let error = #expect(throws: SetupError.self) {
      try Configuration(peer: peer, keepalive: seconds)
    }
    #expect(error?.remedy == "choose 1 to 3600 seconds")
  }

  @Test(arguments: [0, -1, 121, Int.min, Int.max])
  func rekeyOutOfRange(seconds: Int) {
    let error = #expect(throws: SetupError.self) { try Configuration(peer: peer, rekey: seconds) }
    #expect(error?.remedy == "choose 1 to 120 seconds")
  }

  @Test(arguments: ["", "/", "/var/lib/", "a\u{0}b"])
  func pathOfNoFile(path: String) {
    #expect(throws: SetupError.self) { try Configuration(peer: peer, identity: path) }
    #expect(throws: SetupError.self) { try Configuration(peer: peer, pskFile: path) }
  }

  @Test(arguments: ["", "x", "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo"])
  func keyThatIsNone(text: String) {
    let error = #expect(throws: SetupError.self) { try PublicKey(peerKey: text) }
    #expect(error?.problem == "--peer-key '\(text)' is no public key")
  }

  @Test func sameAddressTwiceIsRefused() throws {
    let address = try CIDR(address: "10.9.0.1/24")
    #expect(throws: SetupError.self) {
      try Configuration(peer: peer, addresses: [address, address])
    }
  }
}
