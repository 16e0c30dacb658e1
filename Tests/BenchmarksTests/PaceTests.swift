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

  @Test func countsNothingTwice() {
    var pace = Pace(expected: [short: 2], runs: 1)
    pace.skip(short)
    pace.skip(short)
    #expect(pace.secondsLeft == 0)
  }
}
