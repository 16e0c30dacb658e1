import Dataplane

/// What the peer said of itself in its newest greeting or, where datagrams are sealed, in its handshake.
package struct Peer: Equatable, Sendable {
  /// Lanes it runs.
  package let lanes: Int
  /// Its device's MTU in bytes.
  package let mtu: Int
  /// In the clear the peer's own: another one than before means that it was restarted. Sealed: our index of the
  /// session, new with each.
  package let session: UInt32

  package init(lanes: Int, mtu: Int, session: UInt32) {
    self.lanes = lanes
    self.mtu = mtu
    self.session = session
  }
}

/// Decides when to greet the peer, and notices when it comes, goes silent and comes back.
///
/// A pure rule over what is seen at each second: the peer's greeting and the count of its datagrams.
struct PeerWatch {
  /// Something that the log should say, or the device should follow.
  enum Event: Equatable {
    /// A first or another greeting; `restarted` when its session replaced an earlier one.
    case greeted(Peer, restarted: Bool)
    /// Nothing came since we began, for so many seconds.
    case unheard(seconds: Int)
    /// Nothing came any more for so many seconds.
    case silent(seconds: Int)
    /// Something came after a silence.
    case back
  }

  /// Between greetings while the peer is heard, in seconds; each second while it is not.
  static let calmGreeting = 5
  /// Silence that is worth a warning: three of the peer's greetings missing.
  static let silence = 15
  /// Time to start the other side before its absence is worth a line.
  static let patience = 5

  private var peer: Peer?
  private var received: UInt64 = 0
  private var secondsSinceGreeting = 0
  private var secondsSinceHeard = 0
  private var isSilent = false

  /// A greeting may have come; to be called at once on a notice. True: greet back now.
  mutating func notice(_ greeting: Peer?, _ events: inout [Event]) -> Bool {
    guard let greeting, greeting != peer else { return false }
    let restarted = peer.map { $0.session != greeting.session } ?? false
    peer = greeting
    if isSilent { events.append(.back) }
    isSilent = false
    secondsSinceHeard = 0
    secondsSinceGreeting = 0
    events.append(.greeted(greeting, restarted: restarted))
    return true
  }

  /// A second has passed. `received` counts the peer's datagrams since the start. True: greet now.
  mutating func tick(received: UInt64, _ events: inout [Event]) -> Bool {
    secondsSinceGreeting += 1
    secondsSinceHeard += 1
    if received != self.received {
      self.received = received
      secondsSinceHeard = 0
      if isSilent { events.append(.back) }
      isSilent = false
    }
    if peer == nil, secondsSinceHeard == Self.patience {
      events.append(.unheard(seconds: secondsSinceHeard))
    } else if peer != nil, !isSilent, secondsSinceHeard >= Self.silence {
      isSilent = true
      events.append(.silent(seconds: secondsSinceHeard))
    }
    guard peer == nil || isSilent || secondsSinceGreeting >= Self.calmGreeting else { return false }
    secondsSinceGreeting = 0
    return true
  }
}
