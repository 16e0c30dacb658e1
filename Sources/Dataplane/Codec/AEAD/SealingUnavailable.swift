/// Why datagrams cannot be sealed on this machine.
package struct SealingUnavailable: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, without a full stop: "libipsec-mb cannot start: …".
  package let description: String

  init(_ description: String) { self.description = description }
}
