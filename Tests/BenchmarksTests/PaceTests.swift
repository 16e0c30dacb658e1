import Testing

@testable import Benchmarks

@Suite struct PaceTests {
  private let short = Pace.Step(ofCase: "tcp", variant: "fastun")
  private let long = Pace.Step(ofCase: "small", variant: "fastun")

  @Test func weighsStepsByWhatTheyTake() {
    var pace = Pace(expected: [short: 2, long: 10], runs: 2)
    #expect(pace.secondsLeft == 24)
    pace.note(short, seconds: 2)
    #expect(pace.secondsLeft == 22)
    pace.note(long, seconds: 10)
    #expect(pace.secondsLeft == 12)
  }

  @Test func learnsFromWhatWasSeen() {
    var pace = Pace(expected: [short: 2, long: 10], runs: 2)
    // Twice as long as expected: so, it is thought, will the others take.
    pace.note(short, seconds: 4)
    #expect(pace.secondsLeft == 4 + 40)
    pace.note(long, seconds: 12)
    #expect(pace.secondsLeft == 4 + 12)
  }

  @Test func samplesAreTakenAgainWhileThatTakesLittle() {
    var pace = Pace(expected: [short: 1_000, long: 1_000], runs: 1)
    // 12 % of 2,000 seconds, a quarter of them at once.
    pace.noteRepeat(seconds: 59)
    #expect(pace.mayRepeat)
    pace.noteRepeat(seconds: 1)
    #expect(!pace.mayRepeat)
    // Half of the rest at half of the way.
    pace.note(short, seconds: 1_000)
    #expect(pace.mayRepeat)
    pace.noteRepeat(seconds: 89)
    #expect(pace.mayRepeat)
    pace.noteRepeat(seconds: 1)
    #expect(!pace.mayRepeat)
    // As many again are expected of what is left, but no more than may be.
    #expect(pace.secondsLeft == 1_000 + 90)
    pace.note(long, seconds: 1_000)
    pace.noteRepeat(seconds: 89)
    #expect(pace.mayRepeat)
    pace.noteRepeat(seconds: 1)
    #expect(!pace.mayRepeat)
    #expect(pace.secondsLeft == 0)
  }

  @Test func whatIsBriefHasSecondsToRepeatNotAShare() {
    var pace = Pace(expected: [short: 2], runs: 1)
    pace.note(short, seconds: 2)
    pace.noteRepeat(seconds: Pace.repeats.seconds - 1)
    #expect(pace.mayRepeat)
    pace.noteRepeat(seconds: 1)
    #expect(!pace.mayRepeat)
  }

  @Test func countsNothingTwice() {
    var pace = Pace(expected: [short: 2], runs: 1)
    pace.skip(short)
    pace.skip(short)
    #expect(pace.secondsLeft == 0)
  }
}
