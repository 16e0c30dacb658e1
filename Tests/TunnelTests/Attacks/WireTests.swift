import Testbed
import Testing

extension Tunnels {
  /// What somebody who listens on the wire gets to see.
  @Suite struct WireTests {
    /// What a transfer repeats, and no header has.
    enum Pattern: String, CaseIterable {
      case random
      case text
      case counting

      var bytes: [UInt8] {
        switch self {
        case .random: Payload.random.bytes(count: 256, seed: 99)
        case .text:
          Array(
            String(repeating: "not for anybody on the wire; ", count: 9).prefix(256).utf8)
        case .counting: (0..<256).map { UInt8($0) }
        }
      }

      /// Every 8 bytes that stand in it, repeated as it is.
      var windows: [[UInt8]] {
        let twice = bytes + bytes
        return Array(Set((0..<256).map { Array(twice[$0..<($0 + 8)]) }))
      }
    }

    @Test(
      "No inner byte shows, as started with nothing but --peer, --address and --identity",
      arguments: Pattern.allCases)
    func sealed(pattern: Pattern) throws {
      #expect(try captured(pattern) { _ in } == nil)
    }

    @Test("Nor with compression", arguments: Pattern.allCases)
    func compressed(pattern: Pattern) throws {
      #expect(try captured(pattern, isCompressed: true) { $0.compress = "always" } == nil)
    }

    @Test("In the clear it does show, which shows that it would", arguments: Pattern.allCases)
    func clear(pattern: Pattern) throws {
      #expect(try captured(pattern) { $0.plaintext = true } != nil)
    }

    /// The first window of the pattern, or of the inner addresses, that shows on the wire.
    private func captured(
      _ pattern: Pattern, isCompressed: Bool = false, _ change: (inout TunnelOptions) -> Void
    ) throws -> [UInt8]? {
      let sites = try SitePair()
      defer { sites.remove() }
      // From the first datagram on: the handshake too is on the wire.
      let capture = try Capture(of: SitePair.outerDevice, in: sites.b, limit: 2 << 20)
      // Of what is given besides, --name is the default and --json changes what it prints.
      let tunnels = try TunnelPair(on: sites) { site, options in
        options.addresses = ["\(SitePair.innerAddress(site))/24"]
        change(&options)
      }
      let bytes = pattern.bytes
      let load = try TCPLoad(
        from: sites.a, to: SitePair.innerAddress(.b), in: sites.b,
        payload: Array((0..<512).map { _ in bytes }.joined()))
      let deadline = Deadline(seconds: 10)
      while load.received < 16 << 20, !deadline.hasPassed { Deadline.sleep(seconds: 0.005) }
      load.stop()
      #expect(load.received >= 16 << 20)
      let counters = try tunnels.stop()
      if isCompressed { #expect(try counters.a.sum("datagrams_compressed") > 0) }
      let wire = try capture.stop()
      #expect(wire.count >= 100_000)
      let addresses: [[UInt8]] = [[10, 78, 0, 1, 10, 78, 0, 2], [10, 78, 0, 2, 10, 78, 0, 1]]
      return Capture.first(of: pattern.windows + addresses, in: wire)
    }
  }
}
