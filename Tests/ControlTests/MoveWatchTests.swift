import Dataplane
import Testing

@testable import Control

@Suite("When moves are worth a line")
struct MoveWatchTests {
  private let start = ContinuousClock.now
  private let here = SocketAddress(.v4(0xc000_0201), port: 1)
  private let there = SocketAddress(.v4(0xc000_0202), port: 2)

  @Test("Each lane's first few at once; then where it is by then, every so often")
  func timeline() {
    var watch = MoveWatch()
    #expect(
      watch.moved(lane: 0, to: here, now: start) == "the peer's lane 0 is at 192.0.2.1:1 now")
    #expect(
      watch.moved(lane: 3, to: there, now: start) == "the peer's lane 3 is at 192.0.2.2:2 now")
    #expect(watch.moved(lane: 0, to: there, now: start) != nil)
    #expect(watch.moved(lane: 0, to: here, now: start) != nil)
    for move in 0..<1_000 {
      #expect(watch.moved(lane: 0, to: move % 2 == 0 ? there : here, now: start) == nil)
    }
    #expect(watch.tick(now: start + LinePace.quiet - .milliseconds(1)) == [])
    #expect(
      watch.tick(now: start + LinePace.quiet)
        == ["the peer's lane 0 is at 192.0.2.1:1 now, after 999 more moves"])
    // It is there still.
    #expect(watch.tick(now: start + LinePace.quiet * 5) == [])
    #expect(watch.moved(lane: 0, to: there, now: start + LinePace.quiet * 5) != nil)
  }
}
