import Testbed
import Testing

extension Tunnels {
  /// Genuine datagrams whose header somebody on the path changes to one that could be.
  @Suite struct SwapTests {
    @Test("A datagram is good for its own lane only", arguments: SitePair.Site.allCases)
    func lane(victim: SitePair.Site) throws {
      let pair = try TappedPair(lanes: 2)
      defer { pair.sites.remove() }
      #expect(try pair.pings() == 3)
      let before = try pair.packets(at: victim)
      for lane in 0...1 {
        let sealed = pair.tape.datagrams(from: victim.other, lane: lane).filter { $0[0] == 4 }
        let genuine = try #require(sealed.last)
        var swapped = genuine
        swapped[1] = UInt8(1 - lane)
        pair.relay.inject([genuine, swapped], to: victim, lane: 1 - lane)
      }
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 3)
      let counted = try #require(try pair.stop()[victim])
      #expect(counted.drops == ["drop_lane": 2, "drop_authentication": 2])
      for text in ["(drop_lane)", "not authentic"] {
        #expect(pair[victim].process.logLines(with: text).count == 1)
      }
      for lane in counted.lanes {
        #expect(lane["drop_lane"] == 1 && lane["drop_authentication"] == 1)
        #expect(lane["datagrams_lost"] == 0)
      }
    }

    @Test("A datagram has its own number only", arguments: SitePair.Site.allCases)
    func counter(victim: SitePair.Site) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      #expect(try pair.pings() == 3)
      let before = try pair.packets(at: victim)
      let genuine = try #require(
        pair.tape.datagrams(from: victim.other).last { $0[0] == 4 })
      let number = UInt64(genuine[8])
      let others: [UInt64] = [
        0, number + 1, number + 100, 1 << 32, 1 << 60, (1 << 60) - 1, .max - 1, .max,
      ]
      pair.relay.inject(others.map { genuine.numbered($0) }, to: victim)
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 3)
      let counted = try #require(try pair.stop()[victim])
      #expect(counted.drops == ["drop_authentication": others.count])
      #expect(pair[victim].process.logLines(with: "not authentic").count == 1)
      // A number from far ahead would have left a hole behind it.
      #expect(try counted.sum("datagrams_lost") == 0)
    }

    @Test(
      "A side's own datagrams, sent back to it, are nobody's", arguments: SitePair.Site.allCases)
    func reflected(victim: SitePair.Site) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      #expect(try pair.pings(20) == 20)
      let before = try pair.packets(at: victim)
      let own = pair.tape.datagrams(from: victim).filter { $0[0] == 4 }
      let peers = try #require(
        pair.tape.datagrams(from: victim.other).last { $0[0] == 4 })
      // As they are, and as the peer would have named the session.
      let renamed = own.map { Array($0[..<4] + peers[4..<8] + $0[8...]) }
      pair.relay.inject(own + renamed, to: victim)
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 3)
      let counted = try #require(try pair.stop()[victim])
      // On a busy machine answers share datagrams.
      #expect(own.count >= 5)
      #expect(
        counted.drops == ["drop_unknown_session": own.count, "drop_authentication": own.count])
      for text in ["no session of this side", "not authentic"] {
        #expect(pair[victim].process.logLines(with: text).count == 1)
      }
    }
  }
}
