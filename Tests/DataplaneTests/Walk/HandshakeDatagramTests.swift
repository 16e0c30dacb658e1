import Testing

@testable import Dataplane

@Suite("Datagrams of handshakes")
struct HandshakeDatagramTests {
  static func datagram(_ type: UInt8, lane: UInt8 = 0, version: UInt8 = 1) -> [UInt8] {
    [type, lane, version, 0] + [UInt8](repeating: 9, count: 60)
  }

  private func news(_ end: SealedEnd) -> [[UInt8]] {
    end.switchboard.take().compactMap { if case .handshake(let bytes) = $0 { bytes } else { nil } }
  }

  @Test("They go to the control side whole, of whatever version", arguments: [1, 2, 3, 6])
  func told(type: UInt8) throws {
    let here = try SealedEnd()
    for version in UInt8(0)...2 {
      let datagram = Self.datagram(type, version: version)
      #expect(here.receive(datagrams: [datagram]).isEmpty)
      #expect(news(here) == [datagram])
    }
    #expect(here.drops.isEmpty)
    #expect(here.isIdle)
  }

  @Test("What is longer than any of them is not kept whole")
  func long() throws {
    let here = try SealedEnd()
    let datagram = Self.datagram(1) + [UInt8](repeating: 7, count: 60_000)
    #expect(here.receive(datagrams: [datagram]).isEmpty)
    #expect(news(here) == [Array(datagram[..<DatagramHeader.Kind.handshakeRoom])])
    #expect(here.drops.isEmpty)
  }

  @Test("They are lane 0's alone")
  func otherLanes() throws {
    let here = try SealedEnd(sealedLane: 1)
    _ = here.receive(datagrams: [Self.datagram(1, lane: 1), Self.datagram(1, version: 2)])
    #expect(news(here).isEmpty)
    #expect(here.drops == [.dropType: 1, .dropVersion: 1])
  }

  @Test("In the clear there are none")
  func clear() throws {
    let here = try TunnelEnd()
    _ = here.receive(datagrams: [Self.datagram(1), Self.datagram(1, version: 2)])
    #expect(here.switchboard.take().isEmpty)
    #expect(here.drops == [.dropSealed: 1, .dropVersion: 1])
  }

  @Test("A receive counts as a train where there was data in it, let in or not")
  func trains() throws {
    let pair = try SealedPair()
    let frame = SealedWalkTests.packet().frame()
    let handshake = Self.datagram(2)
    pair.there.receive(handshake)
    pair.there.receive(handshake + handshake, segment: handshake.count)
    #expect(pair.there[.trainsReceived] == 0)
    let data = try #require(pair.here.send([frame]).first).bytes
    pair.there.receive(data)
    #expect(pair.there[.trainsReceived] == 1)
    pair.there.receive(data)
    #expect(pair.there[.trainsReceived] == 2)
    // A handshake as long as data, in one receive with it.
    let other = try #require(pair.here.send([frame]).first).bytes
    let padding = [UInt8](repeating: 0, count: other.count - handshake.count)
    let long = handshake + padding
    pair.there.receive(long + other, segment: other.count)
    #expect(pair.there[.trainsReceived] == 3)
    // Both packets are written, joined or not.
    #expect(!pair.there.endTurn().isEmpty)
    #expect(pair.there[.datagramsReceived] == 2)
    #expect(pair.there.drops == [.dropReplayed: 1])
  }
}
