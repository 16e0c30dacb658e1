/// Where the handshake that this side began stands.
enum Outgoing {
  case none
  case initiation(Initiation)
  case confirmation(Confirmation)

  var index: UInt32? {
    switch self {
    case .none: nil
    case .initiation(let initiation): initiation.index
    case .confirmation(let confirmation): confirmation.index
    }
  }

  var deadline: ContinuousClock.Instant? {
    switch self {
    case .none: nil
    case .initiation(let initiation): min(initiation.backoff.deadline, initiation.expiry)
    case .confirmation(let confirmation): min(confirmation.backoff.deadline, confirmation.expiry)
    }
  }
}
