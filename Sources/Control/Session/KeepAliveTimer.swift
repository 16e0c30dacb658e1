/// Decides when a lane has been quiet for so long that it should send something (`--keepalive`): on the way
/// to the peer, a NAT knows each lane by itself.
///
/// A pure rule over what is seen at each second.
struct KeepAliveTimer {
  private struct Lane {
    var sent: UInt64 = 0
    /// Seconds since something was sent.
    var quiet = 0
    /// The last thing that was sent is a keep-alive, at the second that was seen last.
    var isOurs = false
  }

  /// Seconds without a datagram after which one is due.
  let seconds: Int
  private var lanes: [Lane]

  init(seconds: Int, lanes: Int) {
    self.seconds = seconds
    self.lanes = Array(repeating: Lane(), count: lanes)
  }

  /// A second has passed; whether a keep-alive is due on a lane that has sent so many datagrams in all.
  mutating func tick(lane: Int, sent: UInt64) -> Bool {
    let new = sent &- lanes[lane].sent
    // The keep-alive itself went out right after the last look.
    let isOnlyOurs = lanes[lane].isOurs && new == 1
    lanes[lane].quiet = new == 0 ? lanes[lane].quiet + 1 : isOnlyOurs ? 1 : 0
    lanes[lane].sent = sent
    lanes[lane].isOurs = lanes[lane].quiet >= seconds
    if lanes[lane].isOurs { lanes[lane].quiet = 0 }
    return lanes[lane].isOurs
  }
}
