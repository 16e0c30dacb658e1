/// The open files of one lane: its queue of the device and its socket to the peer.
package struct LaneFiles: Sendable {
  /// A queue of the tun device, with IFF_VNET_HDR (10-byte header).
  package let queue: Descriptor
  /// A UDP socket connected to the peer's port of the same lane, with UDP_GRO.
  package let socket: Descriptor
  /// Whether the routing table chooses the address that the socket sends from.
  package let choosesSource: Bool

  package init(queue: Descriptor, socket: Descriptor, choosesSource: Bool) {
    self.queue = queue
    self.socket = socket
    self.choosesSource = choosesSource
  }
}
