/// Whether datagrams travel to and from the kernel in trains (`--trains`).
package enum TrainChoice: String, CaseIterable, Sendable {
  /// Where the kernel has UDP_SEGMENT and UDP_GRO.
  case auto
  /// Each is sent and received alone, whatever the kernel has.
  case off
}
