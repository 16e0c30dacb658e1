import Control
import Dataplane

/// Lanes that hold sessions as real ones do, and whose datagrams are notes of what they would be.
final class SealedLanes: SealedPath {
  private struct Held {
    let keys: SessionKeys
    var isProven: Bool
  }

  /// Where lane 0 is.
  var own: SocketAddress
  /// Where each lane sends to, and whom it hears.
  private(set) var remotes: [SocketAddress?]
  private var held: [Held] = []
  private(set) var isReleased = false
  private(set) var reconnects = 0
  private(set) var received: UInt64 = 0
  private(set) var sent: [UInt64]
  /// Keep-alives that were asked for, by lane.
  private(set) var keepAlives: [Int]
  private(set) var drops = 0
  private var outgoing: [Flight] = []
  private var news: [LaneNews] = []

  init(_ count: Int, at own: SocketAddress, peer: SocketAddress?) {
    self.own = own
    remotes = (0..<count).map { peer?.lane($0) }
    sent = Array(repeating: 0, count: count)
    keepAlives = Array(repeating: 0, count: count)
  }

  /// Local indices of the sessions whose keys are here, the oldest first.
  var indices: [UInt32] { held.map(\.keys.localIndex) }
  /// The local index of the session that is sent under.
  var sending: UInt32? { held.last(where: \.isProven)?.keys.localIndex }
  var cipher: Cipher? { held.last?.keys.cipher }

  /// A lane sends so many datagrams.
  func carry(_ datagrams: UInt64, lane: Int) { sent[lane] += datagrams }

  // MARK: Commands

  func install(_ keys: SessionKeys) {
    held.append(Held(keys: keys, isProven: keys.isProven))
    // A real lane has four places, and keeps the session that it sends under.
    if held.count > 4, let at = held.firstIndex(where: { $0.keys.localIndex != sending }) {
      held.remove(at: at)
    }
  }

  func prove(_ localIndex: UInt32) {
    for at in held.indices where held[at].keys.localIndex == localIndex { held[at].isProven = true }
  }

  func wipe(_ localIndex: UInt32?) {
    held.removeAll { localIndex == nil || $0.keys.localIndex == localIndex }
  }

  func release() { isReleased = true }
  func reconnect() { reconnects += 1 }

  func keepAlive(lane: Int, wantsAnswer: Bool) {
    keepAlives[lane] += 1
    send(lane: lane, wantsAnswer: wantsAnswer)
  }

  func connect(to peer: SocketAddress) {
    for lane in remotes.indices { remotes[lane] = peer.lane(lane) }
    news.append(.connected(peer))
  }

  /// Has news of its own.
  func tell(_ item: LaneNews) { news.append(item) }

  // MARK: The wire

  func send(lane: Int, wantsAnswer: Bool = false) {
    guard let session = held.last(where: \.isProven), let remote = remotes[lane] else { return }
    sent[lane] += 1
    outgoing.append(
      Flight(
        content: .data(
          index: session.keys.remoteIndex, key: session.keys.sending.copied,
          wantsAnswer: wantsAnswer),
        lane: lane, from: own.lane(lane), to: remote))
  }

  func receive(_ flight: Flight) {
    guard case .data(let index, let key, let wantsAnswer) = flight.content,
      let at = held.firstIndex(where: { $0.keys.localIndex == index }),
      held[at].keys.receiving.copied == key
    else {
      drops += 1
      return
    }
    received += 1
    if !held[at].isProven {
      held[at].isProven = true
      news.append(.proven(index))
    }
    if flight.from != remotes[flight.lane] {
      remotes[flight.lane] = flight.from
      news.append(.moved(lane: flight.lane, flight.from))
    }
    if wantsAnswer { news.append(.asked) }
  }

  func takeNews() -> [LaneNews] {
    defer { news = [] }
    return news
  }

  func takeOutgoing() -> [Flight] {
    defer { outgoing = [] }
    return outgoing
  }
}
