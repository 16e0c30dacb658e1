import Dataplane
import Logging

/// Says in the log what the lanes drop and what that means: each cause at once, and then once a minute at
/// most (``DropWatch``).
struct DropLog {
  private let isSealing: Bool
  private var watches: [Counter: DropWatch] = [:]
  private var socketWatch = DropWatch()

  init(isSealing: Bool) { self.isSealing = isSealing }

  /// A second has passed.
  ///
  /// - Parameters:
  ///   - now: all that was dropped since the start.
  ///   - sendError: why datagrams could not be sent last.
  mutating func tick(_ now: Sample, sendError: SystemError?, log: Logger) {
    if let count = socketWatch.tick(drops: now.sockets) {
      log.warning(
        """
        \(count) receives dropped by the kernel before a lane could take them: this host is too slow for what \
        comes, or sysctl net.core.rmem_max too small
        """)
    }
    for counter in Counter.allCases {
      guard let story = Self.story(counter, isSealing: isSealing, sendError),
        let count = watches[counter, default: DropWatch()].tick(drops: now[counter])
      else { continue }
      log.log(level: story.level, "\(count) \(story.text)")
    }
  }

  /// What drops of this kind mean and what to do, to go on from their number; nil where there is nothing to
  /// say beyond the counter.
  static func story(
    _ counter: Counter, isSealing: Bool, _ sendError: SystemError?
  ) -> (level: Logger.Level, text: String)? {
    switch counter {
    case .dropSendError:
      (.warning, "datagrams could not be sent\(SendFault.story(sendError))")
    case .dropPlaintext where isSealing, .dropSealed where !isSealing:
      (
        .warning,
        """
        datagrams dropped that came from the peer's address and are \(isSealing ? "not " : "")sealed: \
        start both sides with --plaintext, or neither
        """
      )
    case .dropVersion, .dropType, .dropTruncated, .dropLane:
      (
        .warning,
        """
        datagrams dropped (\(counter.rawValue)) that came from the peer's address and cannot be a fastun's of \
        this version: are both sides of one version, with the same ports, and does nothing else send from there?
        """
      )
    case .dropAuthentication:
      (
        .warning,
        """
        datagrams dropped that came from the peer's address and are not authentic: damaged on the way, or \
        forged
        """
      )
    case .dropReplayed:
      (
        .info,
        "datagrams dropped that had come before, or came too late: the path repeats them, or somebody does"
      )
    case .dropDeviceWrite:
      (
        .warning,
        "packets dropped that the device refused: is it down? (ip link set NAME up)"
      )
    case .dropUnknownSession:
      (
        .info,
        """
        datagrams dropped that belong to no session of this side: from before a restart, or played back by \
        somebody
        """
      )
    default: nil
    }
  }
}
