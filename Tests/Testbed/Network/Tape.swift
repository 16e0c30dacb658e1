import Synchronization

/// Datagrams that passed a ``Relay``, byte for byte and in the order of each direction and lane.
package final class Tape: Sendable {
  /// One direction of one lane.
  final class Track: Sendable {
    private let passed = Mutex<[[UInt8]]>([])
    private let withheld = Mutex<[[UInt8]]?>(nil)

    /// Notes a datagram; false where it is to go no further.
    func passes(_ datagram: ArraySlice<UInt8>) -> Bool {
      let isHeld = withheld.withLock { held in
        held?.append(Array(datagram))
        return held != nil
      }
      if !isHeld { passed.withLock { $0.append(Array(datagram)) } }
      return !isHeld
    }

    var datagrams: [[UInt8]] { passed.withLock { $0 } }
    var held: [[UInt8]] { withheld.withLock { $0 ?? [] } }
    func hold(_ holds: Bool) { withheld.withLock { $0 = holds ? [] : nil } }
  }

  private let tracks: [SitePair.Site: [Track]]

  package init(lanes: Int) {
    func tracks() -> [Track] { (0..<lanes).map { _ in Track() } }
    self.tracks = [.a: tracks(), .b: tracks()]
  }

  func track(_ sender: SitePair.Site, _ lane: Int) -> Track { tracks[sender]![lane] }

  /// What a site sent on a lane, and was let through, so far.
  package func datagrams(from sender: SitePair.Site, lane: Int = 0) -> [[UInt8]] {
    track(sender, lane).datagrams
  }

  /// What a site sends on a lane while `traffic` runs: none of it gets through.
  package func withhold(
    from sender: SitePair.Site, lane: Int = 0, _ traffic: () throws -> Void
  ) rethrows -> [[UInt8]] {
    let track = track(sender, lane)
    track.hold(true)
    defer { track.hold(false) }
    try traffic()
    return track.held
  }
}
