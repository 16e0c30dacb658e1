import Dataplane
import Handshake
import Testing

@testable import Control

@Suite struct HandshakeDropsTests {
  private static let key = PublicKey(bytes: [UInt8](repeating: 1, count: 32))!
  private static let all: [Drop] = [
    .malformed, .version, .unknownIndex, .wrongAddress, .cookie, .rateLimited, .authentication,
    .lowOrderPoint, .ownKey, .wrongPeerKey(key), .noCommonCipher, .tieBreak, .stale,
  ]
  private let source = SocketAddress(.v4(0xc000_0202), port: 51_900)

  @Test(arguments: all)
  func eachHasACounterThatIsThereFromTheStart(drop: Drop) {
    #expect(HandshakeDrops.names.contains(HandshakeDrops.name(drop)))
    #expect(HandshakeDrops().counts[HandshakeDrops.name(drop)] == 0)
  }

  @Test func whatBelongsToAHealthyStartIsNoDrop() {
    for drop in [Drop.cookie, .tieBreak] {
      #expect(!HandshakeDrops.name(drop).hasPrefix("drop_"))
      #expect(HandshakeDrops.story(drop, from: source, refusal: nil) == nil)
    }
    #expect(HandshakeDrops().counts.count == HandshakeDrops.names.count)
  }

  @Test(arguments: [
    (Drop.malformed, "malformed handshake of 192.0.2.2:51900"),
    (.version, "update the older side"), (.rateLimited, "too fast"),
    (.authentication, "pre-shared key"), (.ownKey, "--identity"),
    (.wrongPeerKey(key), "give --peer-key to take it"), (.noCommonCipher, "--cipher"),
  ])
  func storiesSayWhatToDo(drop: Drop, text: String) {
    let story = HandshakeDrops.story(drop, from: source, refusal: .stranger(source))
    #expect(story?.contains(text) == true, "\(story ?? "")")
    #expect(story?.contains("192.0.2.2:51900") == true)
  }

  @Test func linesComeNowAndThen() {
    var drops = HandshakeDrops()
    let log = RecordedLog()
    let start = ContinuousClock.now
    func add(_ drop: Drop, _ story: String?, at seconds: Double) {
      drops.add(drop, story: story, log: log.logger, now: start + .seconds(seconds))
    }
    add(.malformed, "one", at: 0)
    add(.malformed, "two", at: 1)
    add(.lowOrderPoint, "of the same name", at: 9.9)
    add(.version, "another cause", at: 1)
    add(.stale, nil, at: 1)
    add(.malformed, "three", at: 10)
    add(.malformed, "four", at: 20)
    #expect(
      log.lines == [
        "warning: one", "warning: another cause", "warning: three (2 more came without a line)",
        "warning: four",
      ])
    #expect(drops.counts["drop_handshake_malformed"] == 5)
    #expect(drops.counts["drop_handshake_version"] == 1)
    #expect(drops.counts["drop_handshake_stale"] == 1)
    #expect(drops.counts.values.reduce(0, +) == 7)
  }
}
