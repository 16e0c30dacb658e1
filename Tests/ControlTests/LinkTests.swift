import Dataplane
import Glibc
import Testing

@testable import Control

@Suite(.enabled(if: Host.hasTun, "needs root and /dev/net/tun"))
struct LinkTests {
  @Test func settingsAreReadBack() throws {
    try inNamespace {
      let (device, link) = try makeLink()
      try link.bringUp()
      #expect(
        try link.state()
          == LinkState(
            mtu: 1_400, transmitQueueLength: 4_096, superPacketLimit: 60_000,
            superPacketSegments: 64, isUp: true))
      _ = device
    }
  }

  @Test func addressesAreUsableAtOnce() throws {
    try inNamespace {
      let (device, link) = try makeLink()
      for text in ["10.9.0.1/24", "fd00:9::1/64"] { try link.add(address: CIDR(address: text)) }
      try link.bringUp()
      for text in ["10.9.0.1:4000", "[fd00:9::1]:4000"] {
        let local = try Endpoint(peer: text).resolve()
        var remote = local
        remote.port = 4_001
        // Binding fails while an IPv6 address is tentative.
        _ = try LaneSocket(local: local, remote: remote)
      }
      #expect(try !hasLinkLocalAddress(device.name))
    }
  }

  @Test func routesLeadIntoTheDevice() throws {
    try inNamespace {
      let (device, link) = try makeLink()
      try link.bringUp()
      for text in ["10.20.0.0/16", "fd00:20::/32"] { try link.add(route: CIDR(route: text)) }
      for (text, inside) in [
        ("10.20.1.1", true), ("10.21.1.1", false), ("fd00:20::1", true), ("fd00:21::1", false),
        ("127.0.0.1", false),
      ] {
        let address = try #require(IPAddress(parsing: text))
        #expect(try link.carries(address) == inside, "\(text)")
      }
      _ = device
    }
  }

  @Test func whatExistsAlreadyIsAClearError() throws {
    try inNamespace {
      let (device, link) = try makeLink()
      try link.bringUp()
      let route = try CIDR(route: "10.20.0.0/16")
      try link.add(route: route)
      let error = #expect(throws: SetupError.self) { try link.add(route: route) }
      #expect(error?.status == .unavailable)
      #expect(error?.problem == "a route to 10.20.0.0/16 exists already")
      let address = try CIDR(address: "10.9.0.1/24")
      try link.add(address: address)
      #expect(throws: SetupError.self) { try link.add(address: address) }
      _ = device
    }
  }

  private func makeLink() throws -> (TunDevice, Link) {
    let device = try TunDevice(name: "ftc0", queues: 2)
    let link = try Link(name: device.name, index: device.index)
    try link.configure(mtu: 1_400, superPacketLimit: 60_000)
    return (device, link)
  }

  /// Looks for fe80::/10 on the interface in /proc/thread-self/net/if_inet6.
  private func hasLinkLocalAddress(_ name: String) throws -> Bool {
    let file = try #require(fopen("/proc/thread-self/net/if_inet6", "r"))
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if text.hasPrefix("fe8"), text.contains(name) { return true }
    }
    return false
  }
}
