/// Notices a peer that does not answer: dead-peer detection.
///
/// A pure rule over what is seen at each second. A tunnel in which nobody speaks is not silent: the peer owes
/// an answer only once we have sent something that it has not answered.
struct SilenceWatch {
  enum Step: Equatable {
    /// Ask the peer for a sign of life.
    case probe
    /// Look for the peer: a new handshake, with its name resolved again. Counted from 0.
    case look(attempt: Int)
  }
  enum Event: Equatable {
    case silent(seconds: Int)
    case back
  }

  /// Seconds without an answer before the first probe, which then goes out each second.
  static let patience = 5
  /// … before the peer is looked for, and between two looks: it may have forgotten the keys, or be elsewhere.
  static let lost = 10
  /// … that are worth a warning.
  static let silence = 15

  private var received: UInt64 = 0
  private var sent: UInt64 = 0
  /// Seconds since something was sent that is unanswered.
  private var unanswered = 0
  private var isWaiting = false
  private var isSilent = false

  /// Whether the peer is being looked for.
  var isLost: Bool { unanswered >= Self.lost }

  /// A second has passed; counts are of all datagrams since the start, handshakes that we began included.
  mutating func tick(received: UInt64, sent: UInt64) -> (step: Step?, event: Event?) {
    defer { self.sent = sent }
    if received != self.received {
      self.received = received
      unanswered = 0
      isWaiting = false
      defer { isSilent = false }
      return (nil, isSilent ? .back : nil)
    }
    if sent != self.sent { isWaiting = true }
    guard isWaiting else { return (nil, nil) }
    unanswered += 1
    var event: Event?
    if unanswered >= Self.silence, !isSilent {
      isSilent = true
      event = .silent(seconds: unanswered)
    }
    if unanswered % Self.lost == 0 {
      return (.look(attempt: unanswered / Self.lost - 1), event)
    }
    return (unanswered >= Self.patience ? .probe : nil, event)
  }
}
