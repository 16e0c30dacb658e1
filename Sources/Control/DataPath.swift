package import Dataplane

/// The running lanes as the supervisor needs them: the ``Forwarder``, or a stand-in of the tests.
package protocol DataPath: AnyObject {
  /// Readable when ``peer`` or ``failure`` changed, or ``takeNews()`` has something; reading 8 bytes clears it.
  var notices: Descriptor { get }
  /// What the peer said of itself last; nil until it did.
  var peer: Peer? { get }
  /// Why a lane stopped by itself; nil while all run.
  var failure: SystemError? { get }
  /// Why datagrams could not be sent last; nil where all could.
  var sendError: SystemError? { get }
  /// Asks lane 0 to greet the peer.
  func greet()
  /// What the lanes have to tell, taken once.
  func takeNews() -> [LaneNews]
  /// Handshakes that came too fast to be looked at.
  var newsOverflow: UInt64 { get }
  /// Hands a lane a datagram that came from another address than its peer's; false: it is too busy.
  func take(_ datagram: [UInt8], from source: SocketAddress, lane: Int) -> Bool
  /// The lanes' datagrams come from the address of ours that the routing table has now.
  func reconnect()
  /// Stops and joins every lane. Idempotent.
  func stop()
  /// One lane's counters.
  func counters(lane: Int) -> [Counter: UInt64]
}

extension Forwarder: DataPath {
  package var peer: Peer? {
    greeting.map { Peer(lanes: $0.lanes, mtu: $0.mtu, session: $0.session) }
  }
}
