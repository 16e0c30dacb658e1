/// Tells for `--compress auto` whether the link, not the CPU, is the limit.
///
/// The signal is the bytes that the kernel still holds for the socket (SIOCOUTQ): on a link that keeps up
/// they leave as fast as they come, on one that does not they pile up in its queueing discipline. While
/// compression is on, a backlog that stays away says that the CPU has become the limit (or that there
/// is little to send), so it goes off again, and stays off for longer each time that it had lasted only
/// briefly. Pure: fed with samples, so that tables can test it.
struct LinkGovernor {
  /// A backlog counts from this many bytes on: less is in flight on any link.
  static let backlogBytes = 32 * 1024
  /// Nanoseconds between two samples, at least.
  static let interval: UInt64 = 1_000_000
  /// Backlogged samples, of the last 32, that turn compression on, and those that let it stay.
  static let onAt = 26
  static let stayAt = 4
  /// On for less than this (ns) was a mistake.
  static let briefly: UInt64 = 2_000_000_000
  static let shortestPause: UInt64 = 100_000_000
  static let longestPause: UInt64 = 16_000_000_000
  /// Off only after the backlog stayed away for this long (ns).
  static let patience: UInt64 = 300_000_000

  private(set) var compresses = false
  private var history: UInt32 = 0
  private var lastSample: UInt64 = 0
  private var turnedOn: UInt64 = 0
  private var lastBacklog: UInt64 = 0
  private var pausedUntil: UInt64 = 0
  private var pause: UInt64 = Self.shortestPause

  /// Whether a sample is due at `now` (ns of the monotonic clock).
  func isDue(_ now: UInt64) -> Bool { now &- lastSample >= Self.interval }

  /// Takes a sample: bytes that the kernel still holds for the socket, of what was sent before this turn.
  mutating func sample(backlog: Int, now: UInt64) {
    let isBacklogged = backlog >= Self.backlogBytes
    // Nothing was sent in a gap: what is held now was held all the time, as on a link that takes longer for a
    // super-packet than a gap has; and where nothing is, the link had nothing to do for some of it.
    let missed = lastSample == 0 ? 0 : min((now &- lastSample) / (8 &* Self.interval), 32)
    for _ in 0..<missed { history = history << 1 | (isBacklogged ? 1 : 0) }
    lastSample = now
    history = history << 1 | (isBacklogged ? 1 : 0)
    let backlogged = history.nonzeroBitCount
    if compresses {
      if backlogged >= Self.stayAt { lastBacklog = now }
      if now &- lastBacklog > Self.patience { turnOff(now) }
    } else if backlogged >= Self.onAt, now >= pausedUntil {
      compresses = true
      turnedOn = now
      lastBacklog = now
    }
  }

  private mutating func turnOff(_ now: UInt64) {
    compresses = false
    let wasBrief = now &- turnedOn < Self.briefly
    pause = wasBrief ? min(pause &* 2, Self.longestPause) : Self.shortestPause
    pausedUntil = now &+ pause
    history = 0
  }
}
