/// The sessions that lanes hold keys of, and when those keys are due to be replaced and forgotten.
///
/// A pure rule over time and the count of datagrams.
struct SessionBook {
  struct Entry: Equatable {
    let localIndex: UInt32
    /// Whether we began the handshake: then the next one is ours to begin, too.
    let isInitiator: Bool
    let born: ContinuousClock.Instant
    /// Datagrams that all lanes had sent by then.
    let sentBefore: UInt64
  }

  /// Time after which keys are replaced.
  let rekeyInterval: Duration
  private(set) var entries: [Entry] = []

  /// The responder lets the initiator go first, and takes over where that does not come.
  static let grace: Duration = .seconds(10)
  /// Datagrams of all lanes together after which keys are replaced.
  static let rekeyDatagrams: UInt64 = 1 << 28
  /// Keys older than this are wiped. By then the peer has had a minute to answer a new handshake.
  static let lifetime: Duration = .seconds(180)

  init(rekeyInterval: Duration = .seconds(120)) { self.rekeyInterval = rekeyInterval }

  /// The newest session; nil where none lives.
  var newest: Entry? { entries.last }

  func contains(_ localIndex: UInt32) -> Bool {
    entries.contains { $0.localIndex == localIndex }
  }

  mutating func add(_ entry: Entry) { entries.append(entry) }

  mutating func remove(_ localIndex: UInt32) {
    entries.removeAll { $0.localIndex == localIndex }
  }

  /// Takes the sessions out whose keys are to be wiped.
  mutating func expire(now: ContinuousClock.Instant) -> [UInt32] {
    let old = entries.prefix { now - $0.born >= Self.lifetime }
    entries.removeFirst(old.count)
    return old.map(\.localIndex)
  }

  /// When new keys are due by age; nil where no session lives.
  var rekeyTime: ContinuousClock.Instant? {
    newest.map { $0.born + rekeyInterval + ($0.isInitiator ? .zero : Self.grace) }
  }

  /// Whether new keys are due, by age or by use.
  func isRekeyDue(sent: UInt64, now: ContinuousClock.Instant) -> Bool {
    guard let newest, let rekeyTime else { return false }
    return now >= rekeyTime || sent &- newest.sentBefore >= Self.rekeyDatagrams
  }
}
