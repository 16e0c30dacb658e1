import Testing

@testable import Dataplane

@Suite("Looking again before a sleep")
struct BusyPollTests {
  private static let limit = BusyPoll.limit

  /// A lane that has just woken, at 1,000,000 ns.
  private final class Sleeper {
    private var busyPoll = BusyPoll()

    init(sleep nanoseconds: UInt64) {
      #expect(!looksAgain(1_000_000 - nanoseconds), "nothing is known yet")
      woke(1_000_000)
    }

    func looksAgain(hadInput: Bool = true, _ now: UInt64) -> Bool {
      busyPoll.looksAgain(hadInput: hadInput, now: now)
    }

    func woke(_ now: UInt64) { busyPoll.woke(at: now) }
  }

  @Test(
    "Only a short sleep promises another",
    arguments: [(0, true), (limit - 1, true), (limit, false), (1_000_000, false)])
  func sleep(_ nanoseconds: UInt64, _ again: Bool) {
    let lane = Sleeper(sleep: nanoseconds)
    #expect(lane.looksAgain(1_000_100) == again)
  }

  @Test("Looks that bring nothing end once they cost as much as a sleep, from the last input on")
  func bounded() {
    let lane = Sleeper(sleep: 1)
    var now: UInt64 = 1_000_000
    #expect(lane.looksAgain(now))
    now += Self.limit - 1
    #expect(lane.looksAgain(hadInput: false, now))
    now += 1
    #expect(!lane.looksAgain(hadInput: false, now))
  }

  @Test("Input while it looks lets it look for as long again")
  func renewed() {
    let lane = Sleeper(sleep: 1)
    var now: UInt64 = 1_000_000
    for _ in 0..<100 {
      #expect(lane.looksAgain(now))
      now += Self.limit - 1
      #expect(lane.looksAgain(hadInput: false, now))
    }
  }

  @Test("A sleep that turned out long ends the looking, a short one begins it anew")
  func adapts() {
    let lane = Sleeper(sleep: 1)
    #expect(!lane.looksAgain(hadInput: false, 2_000_000))
    lane.woke(3_000_000)
    #expect(!lane.looksAgain(3_000_100), "the sleep was a long one")
    lane.woke(3_000_200)
    #expect(lane.looksAgain(3_000_300))
  }
}
