import Dataplane
import Handshake
import Logging

/// Counts what came of handshakes that were not to be, each cause by itself, and names it in the log: once,
/// and then every so often.
///
/// What belongs to a healthy start is no drop: a cookie asked for, or one of two handshakes that began at the
/// same time.
package struct HandshakeDrops {
  /// By counter name, as statistics and JSON have it; all names are there from the start.
  package private(set) var counts: [String: UInt64]
  private var paces: [Cause: LinePace] = [:]

  /// What drops are told apart by; the raw value is the counter's name.
  private enum Cause: String, CaseIterable {
    case malformed = "drop_handshake_malformed"
    case version = "drop_handshake_version"
    case stale = "drop_handshake_stale"
    case askedForCookie = "handshakes_asked_for_cookie"
    case rate = "drop_handshake_rate"
    case authentication = "drop_handshake_authentication"
    case ownKey = "drop_handshake_own_key"
    case peerKey = "drop_handshake_peer_key"
    case cipher = "drop_handshake_cipher"
    case yielded = "handshakes_yielded"

    init(_ drop: Drop) {
      self =
        switch drop {
        case .malformed, .lowOrderPoint: .malformed
        case .version: .version
        case .unknownIndex, .wrongAddress, .stale: .stale
        case .cookie: .askedForCookie
        case .rateLimited: .rate
        case .authentication: .authentication
        case .ownKey: .ownKey
        case .wrongPeerKey: .peerKey
        case .noCommonCipher: .cipher
        case .tieBreak: .yielded
        }
    }
  }

  package init() {
    counts = Dictionary(uniqueKeysWithValues: Self.names.map { ($0, 0) })
  }

  package static let names = Cause.allCases.map(\.rawValue)

  /// The counter of a drop.
  static func name(_ drop: Drop) -> String { Cause(drop).rawValue }

  /// Counts a datagram, and says what is to be said.
  ///
  /// - Parameter story: what happened and what to do, where it is worth a line.
  mutating func add(
    _ drop: Drop, story: String?, log: Logger, now: ContinuousClock.Instant
  ) {
    let cause = Cause(drop)
    let count = counts[cause.rawValue, default: 0] + 1
    counts[cause.rawValue] = count
    guard let story,
      let unsaid = paces[cause, default: LinePace()].unsaid(count: count, now: now)
    else { return }
    log.warning("\(story)\(unsaid > 0 ? " (\(unsaid) more came without a line)" : "")")
  }

  /// What a drop means and what to do; nil where it happens on a healthy path.
  ///
  /// - Parameter refusal: why the peer's key was refused last.
  static func story(
    _ drop: Drop, from source: SocketAddress?, refusal: TrustPolicy.Refusal?
  ) -> String? {
    let who = source.map { "\($0)" } ?? "the peer"
    switch drop {
    case .malformed, .lowOrderPoint: return "dropped a malformed handshake of \(who)"
    case .version: return "\(who) speaks another version of fastun: update the older side"
    case .rateLimited: return "handshakes of \(who) come too fast: some are not answered"
    case .authentication:
      return "a handshake of \(who) is not authentic: is the pre-shared key the same on both sides?"
    case .ownKey:
      return "\(who) has this host's own identity: give each side one of its own (--identity)"
    case .wrongPeerKey: return refusal.map { "refused \(who): \($0)" }
    case .noCommonCipher:
      return """
        \(who) takes no cipher that this side takes, or lacks the instructions for it: give both the same --cipher
        """
    case .cookie, .unknownIndex, .wrongAddress, .tieBreak, .stale: return nil
    }
  }
}
