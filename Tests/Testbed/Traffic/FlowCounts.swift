/// What became of the datagrams of one flow.
package struct FlowCounts: Sendable {
  /// Handed to the kernel by the sender.
  package var sent = 0
  /// Arrived whole, each number once.
  package var received = 0
  /// Arrived again.
  package var duplicated = 0
  /// Arrived after one with a higher number.
  package var reordered = 0

  package var lost: Int { sent - received }
  /// 0 to 1.
  package var lossShare: Double { sent == 0 ? 0 : Double(lost) / Double(sent) }
}
