import Testing

@testable import Control

@Suite struct SilenceWatchTests {
  /// Lets seconds pass in which so much was received and sent; what came of them, by second from 1.
  private func pass(
    _ seconds: ClosedRange<Int>, _ watch: inout SilenceWatch, received: (Int) -> UInt64,
    sent: (Int) -> UInt64
  ) -> (steps: [Int: SilenceWatch.Step], events: [Int: SilenceWatch.Event]) {
    var steps: [Int: SilenceWatch.Step] = [:]
    var events: [Int: SilenceWatch.Event] = [:]
    for second in seconds {
      (steps[second], events[second]) = watch.tick(received: received(second), sent: sent(second))
    }
    return (steps, events)
  }

  @Test func whereNobodySpeaksNobodyIsMissed() {
    var watch = SilenceWatch()
    let (steps, events) = pass(1...1_000, &watch) { _ in
      0
    } sent: { _ in
      0
    }
    #expect(steps.isEmpty && events.isEmpty)
  }

  @Test func whoAnswersIsLeftAlone() {
    var watch = SilenceWatch()
    let (steps, events) = pass(1...1_000, &watch) {
      UInt64($0 / 4)
    } sent: {
      UInt64($0)
    }
    #expect(steps.isEmpty && events.isEmpty)
  }

  @Test func whoDoesNotAnswerIsAskedAndLookedFor() {
    var watch = SilenceWatch()
    let (steps, events) = pass(1...31, &watch) { _ in
      7
    } sent: {
      $0 < 3 ? 0 : 1
    }
    // The first second brought something; in the third something was sent, once.
    let looks = steps.filter { $0.value != .probe }
    #expect(looks == [12: .look(attempt: 0), 22: .look(attempt: 1)])
    #expect(Set(steps.keys) == Set(7...31))
    #expect(events == [17: .silent(seconds: 15)])
    #expect(watch.isLost)

    let (after, back) = pass(32...60, &watch) { _ in
      8
    } sent: { _ in
      1
    }
    #expect(after.isEmpty)
    #expect(back == [32: .back])
    #expect(!watch.isLost)
  }

  @Test func aShortSilenceIsNotWorthALine() {
    var watch = SilenceWatch()
    let (_, events) = pass(1...60, &watch) {
      UInt64($0 / 14)
    } sent: {
      UInt64($0)
    }
    #expect(events.isEmpty)
  }

  @Test func anAnswerToTheProbeIsEnough() {
    var watch = SilenceWatch()
    // We alone have something to say, and the peer answers probes only.
    var probes: UInt64 = 0
    for second in 1...100 {
      let (step, event) = watch.tick(received: probes, sent: UInt64(second) + probes)
      if step == .probe { probes += 1 }
      #expect(event == nil)
      #expect(step == nil || step == .probe)
    }
    #expect((14...20).contains(probes))
  }
}
