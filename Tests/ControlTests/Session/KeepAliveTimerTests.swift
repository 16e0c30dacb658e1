import Testing

@testable import Control

@Suite struct KeepAliveTimerTests {
  /// Lets seconds pass in which a lane sends what it is asked to, and `others` besides; the seconds at
  /// which it is asked.
  private func pass(_ seconds: Int, _ timer: inout KeepAliveTimer, others: (Int) -> UInt64) -> [Int]
  {
    var sent: UInt64 = 0
    return (1...seconds).filter { second in
      sent += others(second)
      let isDue = timer.tick(lane: 0, sent: sent)
      if isDue { sent += 1 }
      return isDue
    }
  }

  @Test(arguments: [(1, Array(1...10)), (3, [3, 6, 9]), (25, [])])
  func aQuietLaneSpeaksThatOften(seconds: Int, due: [Int]) {
    var timer = KeepAliveTimer(seconds: seconds, lanes: 1)
    #expect(pass(10, &timer) { _ in 0 } == due)
  }

  @Test(arguments: [1, 2, 25])
  func aBusyLaneDoesNot(seconds: Int) {
    var timer = KeepAliveTimer(seconds: seconds, lanes: 1)
    #expect(pass(100, &timer) { _ in 2 }.isEmpty)
  }

  @Test func itCountsFromTheLastThingSent() {
    var timer = KeepAliveTimer(seconds: 4, lanes: 1)
    #expect(pass(20, &timer) { $0 == 3 || $0 == 12 ? 1 : 0 } == [7, 11, 16, 20])
  }

  @Test func eachLaneByItself() {
    var timer = KeepAliveTimer(seconds: 2, lanes: 2)
    var due: [[Int]] = [[], []]
    for second in 1...6 {
      if timer.tick(lane: 0, sent: UInt64(second)) { due[0].append(second) }
      if timer.tick(lane: 1, sent: UInt64(due[1].count)) { due[1].append(second) }
    }
    #expect(due == [[], [2, 4, 6]])
  }
}
