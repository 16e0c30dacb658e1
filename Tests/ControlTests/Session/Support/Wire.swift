import Dataplane

@testable import Control

/// Two hosts, the path between them, and a clock that goes only when told: a datagram takes no time.
final class Wire {
  static let aliceAddress = SocketAddress(.v4(0xc000_0201), port: 51_900)
  static let bobAddress = SocketAddress(.v4(0xc000_0202), port: 51_900)
  static let elsewhere = SocketAddress(.v4(0xcb00_7109), port: 40_000)

  private(set) var now = ContinuousClock.now
  let alice: KeeperHost
  let bob: KeeperHost
  /// Whether a datagram arrives.
  var passes: (Flight) -> Bool = { _ in true }
  /// A NAT before a host: what others see of each of its addresses.
  var nat: [SocketAddress: SocketAddress] = [:]
  /// All that was sent, lost or not, as others see it.
  private(set) var log: [Flight] = []

  /// Makes two hosts that know of each other by `--peer`, but for what `change` does to that; bob, where
  /// it awaits, by alice's key alone. Both start at once.
  init(
    isStarted: Bool = true, bobAwaits: Bool = false,
    _ change: (_ alice: inout KeeperHost.Options, _ bob: inout KeeperHost.Options) -> Void = {
      _, _ in
    }
  ) throws {
    var (one, other) = (KeeperHost.Options(), KeeperHost.Options())
    one.peer = Self.bobAddress
    other.peer = Self.aliceAddress
    change(&one, &other)
    alice = try KeeperHost(one, at: Self.aliceAddress, now: now)
    if bobAwaits {
      other.peer = nil
      other.peerKey = try alice.key
    }
    bob = try KeeperHost(other, at: Self.bobAddress, now: now)
    if isStarted { start() }
  }

  func start() {
    alice.start(now: now)
    bob.start(now: now)
    deliver()
  }

  /// Lets time pass, with everything that is due within it.
  func run(_ seconds: Double) {
    let end = now + .seconds(seconds)
    deliver()
    while true {
      let hosts = [alice, bob].filter(\.isRunning)
      let next = hosts.flatMap { [$0.nextSecond, $0.keeper.deadline].compactMap(\.self) }.min()
      guard let next, next <= end else { break }
      now = max(now, next)
      for host in hosts { host.wake(now: now) }
      for host in hosts {
        precondition(host.keeper.deadline ?? end + .seconds(1) > now, "a turn does all")
      }
      deliver()
    }
    now = end
  }

  /// Delivers what is on its way, and what comes of it.
  func deliver() {
    var count = 0
    while case let flights = [alice, bob].flatMap({ $0.takeOutgoing() }), !flights.isEmpty {
      count += flights.count
      precondition(count < 10_000, "they never come to an end")
      for flight in flights { deliver(flight) }
    }
  }

  private func deliver(_ flight: Flight) {
    var flight = flight
    flight.from = nat[flight.from] ?? flight.from
    log.append(flight)
    guard passes(flight) else { return }
    if let inside = nat.first(where: { $0.value == flight.to })?.key {
      flight.to = inside
    } else if nat[flight.to] != nil {
      return
    }
    for host in [alice, bob] where host.isRunning {
      if host.lanes.own.lane(flight.lane) == flight.to { host.receive(flight, now: now) }
    }
  }

  func takeLog() -> [Flight] {
    defer { log = [] }
    return log
  }

  /// Whether both send under one and the same session.
  var isAgreed: Bool {
    let counts = (alice.lanes.received, bob.lanes.received)
    alice.lanes.send(lane: 0)
    bob.lanes.send(lane: 0)
    deliver()
    return alice.lanes.received > counts.0 && bob.lanes.received > counts.1
  }
}
