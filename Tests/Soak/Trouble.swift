/// What can happen to a tunnel that is up.
enum Trouble: CaseIterable {
  /// Nothing: a pause.
  case silence
  /// The link is down for a while.
  case cut
  /// An end crashes and is started again.
  case crash
  /// An end is stopped as an operator would, and is started again later.
  case pause
  /// An end gets no CPU for a while.
  case freeze
  /// A share of what crosses the link is lost.
  case loss
  /// What one side sends is refused by its own firewall.
  case refusal
  /// Handshakes and garbage of strangers, many of them.
  case strangers
  /// A host has another address from now on.
  case move
  /// A router on the path takes shorter packets for a while.
  case narrowing
  /// The tunnel's device is down for a while.
  case deviceDown
}
