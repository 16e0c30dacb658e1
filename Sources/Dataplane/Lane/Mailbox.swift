import Synchronization

/// What the control side asks of one lane. Everything takes effect between the lane's turns, in order.
enum LaneCommand: Sendable {
  /// Open datagrams under these keys, and seal under them once they are proven.
  case install(SessionKeys)
  /// The peer holds the keys of this session.
  case prove(UInt32)
  /// Forget this session's keys; nil: all of them.
  case wipe(UInt32?)
  /// Take what the device has to say although there is no session: it is dropped, and counted.
  case release
  /// Greet the peer (lane 0, in the clear).
  case greet
  /// Send a keep-alive.
  case keepAlive(wantsAnswer: Bool)
  /// Send to, and hear, this address from now on.
  case connect(SocketAddress)
  /// Choose the address that datagrams come from anew: the host may have lost the one it had.
  case reconnect
  /// A datagram for this lane came from an address that is not the peer's (yet).
  case take([UInt8], from: SocketAddress)
}

/// Commands on their way to a lane. The lane looks only when its eventfd woke it.
final class Mailbox: Sendable {
  /// Datagrams from elsewhere that wait for the lane: more are refused.
  private static let room = 32

  private let commands = Mutex<[LaneCommand]>([])
  private let posted = Atomic(0)
  private let done = Atomic(0)
  private let event: Descriptor

  init() throws(SystemError) { event = try .event(isBlocking: true) }

  /// Readable when there is something: blocking, as a ring's reads want it.
  var wake: Descriptor { event }

  /// Leaves a command; false where it is a datagram and there is no room. A keep-alive behind another one that
  /// waits would say no more: a peer may ask for them faster than a lane comes round.
  @discardableResult
  func post(_ command: LaneCommand) -> Bool {
    let (isTaken, isNew) = commands.withLock { commands in
      if case .take = command, commands.count >= Self.room { return (false, false) }
      if case .keepAlive(let wantsAnswer) = command, case .keepAlive(let asks) = commands.last,
        asks || !wantsAnswer
      {
        return (true, false)
      }
      commands.append(command)
      posted.add(1, ordering: .relaxed)
      return (true, true)
    }
    if isNew { ring() }
    return isTaken
  }

  /// Wakes the lane.
  func ring() { event.ring() }

  /// The lane has done so many commands.
  func finish(_ count: Int) { done.add(count, ordering: .releasing) }

  /// Whether the lane has done all that it was asked.
  var isDone: Bool { done.load(ordering: .acquiring) == posted.load(ordering: .relaxed) }

  /// Takes what there is, in order.
  func take() -> [LaneCommand] {
    commands.withLock { commands in
      defer { commands = [] }
      return commands
    }
  }
}
