import Dataplane

@testable import Handshake

/// One side of an ``Exchange``: a handshaker, what came of it, and sessions instead of lanes.
struct Host {
  var handshaker: Handshaker
  let address: SocketAddress
  /// Where authentic datagrams of the peer come from; nil before there were any.
  var peerAddress: SocketAddress?
  private(set) var established: [Establishment] = []
  private(set) var drops: [Drop] = []
  private(set) var confirms: [UInt32] = []
  private(set) var unproven: [UInt32] = []
  /// Sessions whose keys the peer was seen to have.
  private(set) var proven: Set<UInt32> = []

  init(_ configuration: Handshaker.Configuration, at address: SocketAddress) {
    handshaker = Handshaker(configuration)
    self.address = address
  }

  /// What the peer needs to have for keys that this side has: of the last session.
  var session: Establishment? { established.last }

  /// Takes a datagram and gives those that come of it.
  mutating func receive(
    _ datagram: [UInt8], from source: SocketAddress, now: ContinuousClock.Instant
  ) -> [Flight] {
    if datagram.first == Flight.dataType {
      let index = datagram.little(4, as: UInt32.self)
      guard established.contains(where: { $0.keys.localIndex == index }) else { return [] }
      proven.insert(index)
      peerAddress = source
      handshaker.proven(localIndex: index)
      return []
    }
    let actions = handshaker.receive(
      datagram, from: source, isProven: source == peerAddress, now: now)
    return perform(actions)
  }

  /// Does what a handshaker wants, as the program would.
  mutating func perform(_ actions: [Handshaker.Action]) -> [Flight] {
    var flights: [Flight] = []
    for action in actions {
      switch action {
      case .send(let datagram, let address):
        flights.append(Flight(datagram: datagram, from: self.address, to: address))
      case .established(let establishment):
        established.append(establishment)
        if establishment.role == .responder {
          proven.insert(establishment.keys.localIndex)
          peerAddress = establishment.address
          flights.append(data(of: establishment))
        }
      case .confirm(let index):
        confirms.append(index)
        flights += established.filter { $0.keys.localIndex == index }.map(data)
      case .unproven(let index): unproven.append(index)
      case .dropped(let drop): drops.append(drop)
      }
    }
    return flights
  }

  /// Stands for a datagram that is sealed with the session's keys.
  private func data(of session: Establishment) -> Flight {
    var datagram: [UInt8] = [Flight.dataType, 0, HandshakeMessage.version, 0]
    datagram.append(little: session.keys.remoteIndex)
    datagram += [UInt8](repeating: 0, count: 8)
    return Flight(datagram: datagram, from: address, to: session.address)
  }
}
