import Dataplane

/// The peer's, and strangers', handshakes that were answered: bounded, whoever sends whatever.
///
/// One place is for the peer's current address. The others belong to whoever showed that it gets what is
/// sent to its address; the one that was longest without a sign gives way. One host has two of them at
/// most, so that it takes many hosts to push a handshake out.
struct ResponseTable {
  static let capacity = 8
  static let capacityPerHost = 2
  static let completedCapacity = 4

  private var reserved: Response?
  /// The longest without a sign of life first.
  private var others: [Response] = []
  private var completed: [CompletedResponse] = []

  var pendingCount: Int { others.count + (reserved == nil ? 0 : 1) }
  var completedCount: Int { completed.count }

  private var pending: [Response] { others + (reserved.map { [$0] } ?? []) }

  /// When the next entry is due to go.
  var deadline: ContinuousClock.Instant? {
    (pending.map(\.expiry) + completed.map(\.expiry)).min()
  }

  func contains(index: UInt32) -> Bool {
    pending.contains { $0.index == index } || completed.contains { $0.response.index == index }
  }

  /// Whether the peer's place is taken by a handshake with `source`.
  func isReserved(for source: SocketAddress) -> Bool { reserved?.source == source }

  /// Whether the host of `source` began as many handshakes within the last second as it may have.
  func isCrowded(by source: SocketAddress, now: ContinuousClock.Instant) -> Bool {
    let recent = others.count {
      $0.source.address == source.address && now - $0.begun < .seconds(1)
    }
    return recent >= Self.capacityPerHost
  }

  func response(to message: HandshakeMessage, from source: SocketAddress) -> Response? {
    pending.first { $0.isAnswer(to: message, from: source) }
  }

  func isCompleted(_ message: HandshakeMessage, from source: SocketAddress) -> Bool {
    completed.contains { $0.response.isAnswer(to: message, from: source) }
  }

  func response(_ index: UInt32) -> Response? { pending.first { $0.index == index } }

  func completed(_ index: UInt32) -> CompletedResponse? {
    completed.first { $0.response.index == index }
  }

  mutating func insert(_ response: Response, isPeer: Bool) {
    if isPeer {
      // The peer has moved: its old address is one among others now.
      if let old = reserved, old.source != response.source { append(old) }
      reserved = response
    } else {
      append(response)
    }
  }

  private mutating func append(_ response: Response) {
    let host = response.source.address
    if others.count(where: { $0.source.address == host }) >= Self.capacityPerHost,
      let oldest = others.firstIndex(where: { $0.source.address == host })
    {
      others.remove(at: oldest)
    }
    if others.count == Self.capacity - 1 { others.removeFirst() }
    others.append(response)
  }

  /// Puts back what was changed; a sign of life.
  mutating func update(_ response: Response) {
    if reserved?.index == response.index {
      reserved = response
    } else if let at = others.firstIndex(where: { $0.index == response.index }) {
      others.remove(at: at)
      others.append(response)
    }
  }

  mutating func update(_ entry: CompletedResponse) {
    let at = completed.firstIndex { $0.response.index == entry.response.index }
    if let at { completed[at] = entry }
  }

  mutating func remove(_ index: UInt32) {
    if reserved?.index == index { reserved = nil }
    others.removeAll { $0.index == index }
  }

  mutating func complete(
    _ response: Response, _ confirmation: HandshakeMessage, now: ContinuousClock.Instant
  ) {
    remove(response.index)
    if completed.count == Self.completedCapacity { completed.removeFirst() }
    completed.append(
      CompletedResponse(response: response, confirmation: confirmation, completed: now))
  }

  mutating func expire(now: ContinuousClock.Instant) {
    if let expiry = reserved?.expiry, expiry <= now { reserved = nil }
    others.removeAll { $0.expiry <= now }
    completed.removeAll { $0.expiry <= now }
  }
}
