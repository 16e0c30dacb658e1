@testable import Dataplane

/// An end that takes datagrams in the clear, and any session.
struct ClearFuzzedEnd: FuzzedEnd {
  let end: TunnelEnd
  let udpSegments: Int
  private var session: UInt32 = 7
  private var counter: UInt64 = 0
  private var current: UInt32?
  private var stale: UInt32?
  private var window = WindowModel()

  init(udpSegments: Int) throws {
    end = try TunnelEnd(udpSegments: udpSegments)
    self.udpSegments = udpSegments
  }

  mutating func changeSessions(_ random: inout SeededGenerator) {
    guard random.oneIn(400) else { return }
    session &+= 1
    counter = 0
  }

  mutating func next(_ random: inout SeededGenerator) -> (session: UInt32, counter: UInt64) {
    (session, Self.stamp(&counter, &random))
  }

  mutating func takes(session: UInt32, counter: UInt64) -> Bool {
    if session != current {
      guard session != stale else { return false }
      (stale, current, window) = (current, session, WindowModel())
    }
    return window.take(counter)
  }
}
