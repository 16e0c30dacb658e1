import Testbed
import Testing

extension Tunnels {
  /// Genuine datagrams that somebody on the path changes.
  @Suite struct DamageTests {
    @Test(
      "A datagram with any bit changed, or cut anywhere, is dropped",
      arguments: SitePair.Site.allCases)
    func damaged(victim: SitePair.Site) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      // One that never arrived: that its number has been used cannot be what saves the victim.
      let genuine = try pair.withheldPing(from: victim.other)
      let before = try pair.packets(at: victim)

      let flipped = (0..<genuine.count * 8).map { bit in
        var datagram = genuine
        datagram[bit / 8] ^= 1 << UInt8(bit % 8)
        return datagram
      }
      let cut = (0..<genuine.count).map { Array(genuine[..<$0]) }
      let longer = [genuine + [0], genuine + genuine]
      pair.relay.inject(flipped + cut + longer, to: victim)
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 3)

      // None of it has used up the genuine one's number.
      pair.relay.inject([genuine], to: victim)
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 7)

      let counters = try pair.stop()
      let counted = try #require(counters[victim])
      #expect(counted.drops == Self.drops(bytes: genuine.count))
      #expect(try counted.sum("datagrams_lost") == 0)
      #expect(try counted.sum("packets_in") == before + 7)
      #expect(counters[victim.other]?.drops == [:])
      for text in [
        "malformed handshake", "not authentic", "(drop_lane)", "(drop_truncated)", "(drop_version)",
        "(drop_type)", "no session of this side", "--plaintext",
      ] {
        let lines = pair[victim].process.logLines(with: text)
        #expect(lines.count == 1, "\(text) in \(pair[victim].process.errorText)")
      }
    }

    @Test(
      "A hundred broken handshakes are a hundred on their counter, and a line in the log",
      arguments: SitePair.Site.allCases)
    func brokenHandshakes(victim: SitePair.Site) throws {
      let pair = try TappedPair()
      defer { pair.sites.remove() }
      let old = try RecordedSession(pair.tape)
      let before = try pair.packets(at: victim)
      var malformed = try #require(victim == .a ? old.initiations.last : old.answers.last)
      var foreign = malformed
      malformed[3] = 1
      foreign[2] = 2
      pair.relay.inject((0..<200).map { $0 % 2 == 0 ? malformed : foreign }, to: victim)
      #expect(try pair.pings() == 3)
      #expect(try pair.packets(at: victim) == before + 3)
      let counted = try #require(try pair.stop()[victim])
      #expect(counted.drops == ["drop_handshake_malformed": 100, "drop_handshake_version": 100])
      let process = pair[victim].process
      #expect(process.logLines(with: "malformed handshake").count == 1)
      #expect(process.logLines(with: "speaks another version of fastun").count == 1)
    }

    /// What becomes of them: 8 changed bits of each byte, one cut at each length, two too long.
    private static func drops(bytes: Int) -> [String: Int] {
      let (header, tag) = (16, 16)
      return [
        // Type 4 turns into 5, in the clear; into 6, a cookie; and into six that do not exist.
        "drop_plaintext": 1, "drop_handshake_malformed": 1, "drop_type": 6,
        "drop_lane": 8, "drop_version": 16, "drop_unknown_session": 32,
        "drop_truncated": header + tag,
        // The counter, all that is sealed, and the tag.
        "drop_authentication": 64 + 8 * (bytes - header) + (bytes - header - tag) + 2,
      ]
    }
  }
}
