package import Dataplane

/// The running lanes as the keeper of their sessions needs them: the ``Forwarder``, or a stand-in of tests.
package protocol SealedPath: AnyObject {
  /// Gives keys to every lane; returns once all of them open datagrams under them.
  func install(_ keys: SessionKeys)
  /// The peer holds the keys of this session.
  func prove(_ localIndex: UInt32)
  /// Every lane forgets the keys of this session; of all where it is nil.
  func wipe(_ localIndex: UInt32?)
  /// Nobody is there: packets that waited for the first session are dropped, and those that come.
  func release()
  /// Sends a keep-alive on a lane.
  func keepAlive(lane: Int, wantsAnswer: Bool)
  /// Lane i sends to the i-th port from this address, and hears it.
  func connect(to peer: SocketAddress)
  /// The lanes' datagrams come from the address of ours that the routing table has now.
  func reconnect()
}

extension Forwarder: SealedPath {}
