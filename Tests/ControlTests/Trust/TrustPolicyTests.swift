import Control
import Dataplane
import Handshake
import Testing

@Suite struct TrustPolicyTests {
  private static let own = PublicKey(bytes: [UInt8](repeating: 1, count: 32))!
  private static let theirs = PublicKey(bytes: [UInt8](repeating: 2, count: 32))!
  private static let other = PublicKey(bytes: [UInt8](repeating: 3, count: 32))!

  private static let peer = SocketAddress(.v4(0xc000_0202), port: 51_900)
  private static let linkLocal = SocketAddress(
    .v6(high: 0xfe80 << 48, low: 2), port: 51_900, scope: 3)

  typealias Row = (
    name: String, anchor: TrustPolicy.Anchor, key: PublicKey, from: SocketAddress,
    peer: SocketAddress?, verdict: TrustPolicy.Verdict
  )

  private static let known = TrustPolicy.Anchor.known(theirs, line: 7, path: "f")

  private static let rows: [Row] = [
    ("the pinned key", .option(theirs), theirs, peer, peer, .accept),
    ("the pinned key, come from elsewhere", .option(theirs), theirs, linkLocal, peer, .accept),
    ("the pinned key of a peer awaited", .option(theirs), theirs, linkLocal, nil, .accept),
    (
      "another key than the pinned", .option(theirs), other, peer, peer,
      .refuse(.otherKey(other, anchor: .option(theirs)))
    ),
    (
      "another key while awaiting", .option(theirs), other, peer, nil,
      .refuse(.otherKey(other, anchor: .option(theirs)))
    ),
    ("the known key", known, theirs, peer, peer, .accept),
    ("the known key, come from elsewhere", known, theirs, linkLocal, peer, .accept),
    (
      "another key than the known", known, other, peer, peer,
      .refuse(.otherKey(other, anchor: known))
    ),
    ("met before, not written", .met(theirs), theirs, peer, peer, .accept),
    (
      "another than met before", .met(theirs), other, peer, peer,
      .refuse(.otherKey(other, anchor: .met(theirs)))
    ),
    ("first use", .firstUse, theirs, peer, peer, .acceptAndPin),
    ("first use on a link", .firstUse, theirs, linkLocal, linkLocal, .acceptAndPin),
    (
      "first use by a stranger's address", .firstUse, theirs, linkLocal, peer,
      .refuse(.stranger(linkLocal))
    ),
    (
      "first use from another port", .firstUse, theirs, peer.lane(1), peer,
      .refuse(.stranger(peer.lane(1)))
    ),
    (
      "first use on another link", .firstUse, theirs,
      SocketAddress(linkLocal.address, port: 51_900, scope: 4), linkLocal,
      .refuse(.stranger(SocketAddress(linkLocal.address, port: 51_900, scope: 4)))
    ),
    ("first use without a peer", .firstUse, theirs, peer, nil, .refuse(.stranger(peer))),
    ("our own key, first use", .firstUse, own, peer, peer, .refuse(.ourKey)),
    ("our own key, pinned by mistake", .option(own), own, peer, peer, .refuse(.ourKey)),
  ]

  @Test(arguments: rows.indices)
  func verdict(index: Int) {
    let row = Self.rows[index]
    let policy = TrustPolicy(own: Self.own, anchor: row.anchor)
    #expect(
      policy.verdict(for: row.key, from: row.from, peer: row.peer) == row.verdict, "\(row.name)")
  }

  @Test func refusalsTellBothFingerprintsAndWhatToDo() {
    let (was, isNow) = (Fingerprint(Self.theirs), Fingerprint(Self.other))
    let changed = TrustPolicy.Refusal.otherKey(Self.other, anchor: Self.known).description
    #expect(changed.contains("from \(was) to \(isNow)"))
    #expect(changed.contains("remove line 7 of f"))
    let pinned = TrustPolicy.Refusal.otherKey(Self.other, anchor: .option(Self.theirs)).description
    #expect(pinned.contains("\(isNow), not \(was)"))
    #expect(pinned.contains("--peer-key \(Self.other)"))
    #expect(TrustPolicy.Refusal.stranger(Self.peer).description.hasPrefix("192.0.2.2:51900 is not"))
  }
}
