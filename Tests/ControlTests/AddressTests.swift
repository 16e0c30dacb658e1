import Control
import Dataplane
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("10.9.0.1/24", "10.9.0.1/24", "10.9.0.0"),
    ("10.9.0.1/0", "10.9.0.1/0", "0.0.0.0"),
    ("10.9.0.1/32", "10.9.0.1/32", "10.9.0.1"),
    ("fd00:0:0::0001/64", "fd00::1/64", "fd00::"),
    ("2001:db8:ffff:ffff:ffff::1/68", "2001:db8:ffff:ffff:ffff::1/68", "2001:db8:ffff:ffff:f000::"),
    ("::ffff:1.2.3.4/128", "::ffff:1.2.3.4/128", "::ffff:1.2.3.4"),
  ])
  func isReadAndPrintedCanonically(text: String, printed: String, network: String) throws {
    let cidr = try CIDR(text, option: "--address")
    #expect("\(cidr)" == printed)
    #expect("\(cidr.network)" == network)
  }

  @Test(arguments: [
    "", "/", "10.9.0.1", "10.9.0.1/", "10.9.0.1/33", "10.9.0.1/-1", "10.9.0.1/+1", "10.9.0.1/24/1",
    "10.9.0/24", "010.9.0.1/24", "fd00::1/129", "fd00::1::/64", "name/24", "fe80::1%eth0/64",
  ])
  func malformedIsAUsageError(text: String) {
    let error = #expect(throws: SetupError.self) { try CIDR(text, option: "--address") }
    #expect(error?.status == .usage)
  }

  @Test(arguments: ["0.0.0.0/8", "224.0.0.1/4", "::/64", "ff02::1/64", "127.0.0.1/8", "::1/128"])
  func addressOfNoHostIsRefused(text: String) {
    #expect(throws: SetupError.self) { try CIDR(address: text) }
  }

  @Test func routeWithHostBitsNamesTheNetworkMeant() throws {
    let error = #expect(throws: SetupError.self) { try CIDR(route: "10.9.0.1/24") }
    #expect(error?.remedy == "write 10.9.0.0/24")
    #expect("\(try CIDR(route: "0.0.0.0/0"))" == "0.0.0.0/0")
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
    ("0.0.0.0/0", "192.0.2.1", true), ("0.0.0.0/0", "::1", false),
    ("fd00::/8", "fdff::1", true), ("fd00::/120", "fd00::1:1", false),
  ])
  func containment(network: String, address: String, inside: Bool) throws {
    let address = try #require(IPAddress(parsing: address))
    #expect(try CIDR(route: network).contains(address) == inside)
  }
}

@Suite struct CPUListTests {
  @Test(arguments: [
    ("0", [0]), ("0-3", [0, 1, 2, 3]), ("3,1", [3, 1]), ("0-1,6", [0, 1, 6]), ("5-5", [5]),
  ])
  func isRead(text: String, cpus: [Int]) throws {
    #expect(try CPUList(text, allowed: Array(0...7)).cpus == cpus)
  }

  @Test(arguments: [
    "", ",", "0,", "-1", "1-", "3-1", "a", "0-1-2", "0,0", "0-2,1", "+1", "0-99999999999999999999",
    "0-4096",
  ])
  func malformedIsAUsageError(text: String) {
    let error = #expect(throws: SetupError.self) { try CPUList(text, allowed: Array(0...7)) }
    #expect(error?.status == .usage)
  }

  @Test func forbiddenCPUsAreNamed() {
    let error = #expect(throws: SetupError.self) { try CPUList("0-5", allowed: [0, 1, 2, 4, 6]) }
    #expect(error?.problem == "this process may not use CPU 3,5")
    #expect(error?.remedy == "choose among 0-2,4,6")
  }

  @Test func thisProcessMayUseSome() {
    #expect(!CPUList.allowed.isEmpty)
  }
}
