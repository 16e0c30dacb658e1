import Dataplane

@testable import Handshake

/// Two hosts, the path between them, and a clock that goes only when told: a datagram takes no time.
struct Exchange {
  static let alice = SocketAddress(.v4(0xc000_0201), port: 51_900)
  static let bob = SocketAddress(.v4(0xc000_0202), port: 51_900)

  private(set) var now = ContinuousClock.now
  var alice: Host
  var bob: Host
  /// All that was sent, lost or not.
  private(set) var log: [Flight] = []
  /// On its way.
  private(set) var path: [Flight] = []
  /// Decides what becomes of a datagram: any number of others, or none.
  var fate: (Flight) -> [Flight] = { [$0] }

  init(alice: Handshaker.Configuration, bob: Handshaker.Configuration) {
    self.alice = Host(alice, at: Self.alice)
    self.bob = Host(bob, at: Self.bob)
  }

  /// Has alice begin a handshake with bob, or bob with alice.
  mutating func begin(_ host: WritableKeyPath<Exchange, Host>) {
    let peer = self[keyPath: host].address == Self.alice ? Self.bob : Self.alice
    send(self[keyPath: host].perform(self[keyPath: host].handshaker.initiate(to: peer, now: now)))
  }

  /// Has alice begin a handshake with bob and come as far as it can: messages of that type are lost.
  mutating func begin(losing type: UInt8) {
    fate = { $0.type == type ? [] : [$0] }
    begin(\.alice)
    deliver()
  }

  /// Puts datagrams of anyone on the path.
  mutating func send(_ flights: [Flight]) {
    log += flights
    path += flights.flatMap(fate)
  }

  /// Delivers the next datagram; false where there is none.
  mutating func step() -> Bool {
    guard let flight = takeFlight(at: 0) else { return false }
    receive(flight)
    return true
  }

  /// Takes one off the path, if there are that many.
  mutating func takeFlight(at index: Int) -> Flight? {
    path.indices.contains(index) ? path.remove(at: index) : nil
  }

  /// Takes the log, which starts anew.
  mutating func takeLog() -> [Flight] {
    defer { log = [] }
    return log
  }

  /// Delivers a datagram of anyone.
  mutating func receive(_ flight: Flight) {
    if flight.to == alice.address {
      send(alice.receive(flight.datagram, from: flight.from, now: now))
    } else if flight.to == bob.address {
      send(bob.receive(flight.datagram, from: flight.from, now: now))
    }
  }

  /// Delivers what is on its way and what comes of it.
  mutating func deliver() { while step() {} }

  /// Lets time pass, with everything that is due within it.
  mutating func run(for time: Duration) {
    let end = now + time
    deliver()
    while let next = [alice, bob].compactMap(\.handshaker.nextDeadline).min(), next <= end {
      now = max(now, next)
      send(alice.perform(alice.handshaker.tick(now: now)))
      send(bob.perform(bob.handshaker.tick(now: now)))
      for host in [alice, bob] {
        precondition(host.handshaker.nextDeadline ?? end + .seconds(1) > now, "a turn does all")
      }
      deliver()
    }
    now = end
  }

  /// Takes from `host` all that it knew, as when its program starts again.
  mutating func restart(
    _ host: WritableKeyPath<Exchange, Host>, _ configuration: Handshaker.Configuration
  ) {
    self[keyPath: host] = Host(configuration, at: self[keyPath: host].address)
  }

  /// Whether both hosts' last sessions are one and the same, and both know that.
  var isAgreed: Bool {
    guard let one = alice.session, let other = bob.session else { return false }
    return Self.agree(one, other) && alice.proven.contains(one.keys.localIndex)
      && bob.proven.contains(other.keys.localIndex)
  }

  /// Whether two hosts hold the two ends of one session.
  static func agree(_ one: Establishment, _ other: Establishment) -> Bool {
    one.keys.sending.hasBytes(of: other.keys.receiving)
      && one.keys.receiving.hasBytes(of: other.keys.sending)
      && !one.keys.sending.hasBytes(of: one.keys.receiving)
      && one.keys.localIndex == other.keys.remoteIndex
      && one.keys.remoteIndex == other.keys.localIndex
      && one.offer.index == one.keys.remoteIndex && other.offer.index == other.keys.remoteIndex
      && one.keys.cipher == other.keys.cipher && one.role != other.role
      && one.handshakeHash == other.handshakeHash
  }
}

extension Secret {
  func hasBytes(of other: Secret) -> Bool {
    withBytes { bytes in other.withBytes { bytes.elementsEqual($0) } }
  }
}
