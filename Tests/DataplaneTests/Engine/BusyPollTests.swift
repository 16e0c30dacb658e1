import Testing

@testable import Dataplane

/// A lane by a clock of its own, at 1,000,000,000 ns; times are in nanoseconds.
private final class TimedLane {
  private var now: UInt64 = 1_000_000_000
  private var busyPoll: BusyPoll
  private(set) var worked: UInt64 = 0
  private(set) var looked: UInt64 = 0

  init() { busyPoll = BusyPoll(now: now) }

  /// Works for that long on what came, and runs dry: whether it is to look again.
  func work(_ time: UInt64) -> Bool {
    now += time
    worked += time
    return busyPoll.looksAgain(hadInput: true, now: now)
  }

  /// Looks for that long and finds nothing: whether it is to look again.
  func look(_ time: UInt64) -> Bool {
    now += time
    looked += time
    return busyPoll.looksAgain(hadInput: false, now: now)
  }

  /// Looks each half a microsecond until it would sleep, or for that long: for how long it did.
  func looks(for most: UInt64) -> UInt64 {
    var time: UInt64 = 0
    while time < most {
      time += 500
      if !look(500) { break }
    }
    return time
  }

  /// Lets others run for that long between two looks.
  func yield(_ time: UInt64) {
    busyPoll.yielded(from: now, to: now + time)
    now += time
  }

  /// Sleeps for that long and is woken by input.
  func sleep(_ time: UInt64) {
    now += time
    busyPoll.woke(at: now)
  }
}

@Suite("Looking again before a sleep")
struct BusyPollTests {
  private static let sleepCost = BusyPoll.sleepCost
  private static let mostCredit = BusyPoll.mostCredit

  @Test(
    "Only input that came soon promises more of it",
    arguments: [(0, true), (sleepCost - 1, true), (sleepCost, false), (1_000_000, false)])
  func gap(_ nanoseconds: UInt64, _ again: Bool) {
    let lane = TimedLane()
    lane.sleep(nanoseconds)
    #expect(lane.work(100) == again)
  }

  @Test("Looks that bring nothing end once they cost as much as a sleep, from the last input on")
  func bounded() {
    let lane = TimedLane()
    #expect(lane.work(100))
    #expect(lane.look(Self.sleepCost - 1))
    #expect(!lane.look(1))
  }

  @Test("Input while it looks lets it look for as long again")
  func renewed() {
    let lane = TimedLane()
    for _ in 0..<100 {
      #expect(lane.work(100))
      #expect(lane.look(Self.sleepCost - 1))
    }
  }

  @Test("Input that was long in coming ends the looking, soon input begins it anew")
  func adapts() {
    let lane = TimedLane()
    lane.sleep(2_000_000)
    #expect(!lane.work(100))
    lane.sleep(100)
    #expect(lane.work(100))
  }

  @Test(
    "A quarter of the time worked may go into looking, up to a bound",
    arguments: [
      (4 * sleepCost, sleepCost), (400_000, 100_000), (4 * mostCredit, mostCredit),
      (100 * mostCredit, mostCredit),
    ])
  func earned(_ work: UInt64, _ looks: UInt64) {
    let lane = TimedLane()
    #expect(lane.work(work))
    #expect(lane.look(looks - 1))
    #expect(!lane.look(1))
  }

  @Test("What looks have used up is gone")
  func spent() {
    let lane = TimedLane()
    #expect(lane.work(400_000))
    #expect(lane.look(70_000))
    // 30,000 are left, and 1,000 come; but 70,000 is what came last, and would not be waited for.
    #expect(!lane.work(4_000))
    lane.sleep(1_000)
    #expect(lane.work(0))
    #expect(lane.look(30_700))
    #expect(!lane.look(100))
  }

  @Test("Sleep uses up a quarter of its time: a lane that sleeps more than it works does not look")
  func sleeper() {
    let lane = TimedLane()
    for _ in 0..<1000 {
      lane.sleep(60_000)
      #expect(!lane.work(50_000))
    }
    for _ in 0..<10 {
      lane.sleep(60_000)
      _ = lane.work(100_000)
    }
    lane.sleep(60_000)
    #expect(lane.work(100_000))
  }

  @Test(
    "However input is spaced, looks take no more than a quarter of the work",
    arguments: [1, 5, 20, 100, 500] as [UInt64], [12, 30, 80, 300, 900, 5000] as [UInt64])
  func share(workMicroseconds: UInt64, gapMicroseconds: UInt64) {
    let lane = TimedLane()
    let gap = gapMicroseconds * 1000
    for _ in 0..<5000 {
      guard lane.work(workMicroseconds * 1000) else {
        lane.sleep(gap)
        continue
      }
      let looked = lane.looks(for: gap)
      if looked < gap { lane.sleep(gap - looked) }
    }
    // The first gap is not known yet, and tried.
    #expect(lane.looked <= lane.worked / BusyPoll.workPerLook + Self.sleepCost)
  }

  @Test(
    "Where somebody else takes the CPU the lane sleeps after one more look",
    arguments: [(BusyPoll.yieldAlone, true), (BusyPoll.yieldAlone + 1, false)])
  func crowded(_ yield: UInt64, _ again: Bool) {
    let lane = TimedLane()
    #expect(lane.work(4_000_000))
    #expect(lane.look(1000))
    lane.yield(yield)
    #expect(lane.look(100) == again)
  }

  @Test("Time that somebody else had is neither work nor looking")
  func notOwn() {
    let lane = TimedLane()
    #expect(lane.work(400_000))
    lane.yield(50_000)
    // Of what was earned nothing is gone, and nothing more has come.
    #expect(lane.work(0))
    #expect(lane.look(99_999))
    #expect(!lane.look(1))
  }
}
