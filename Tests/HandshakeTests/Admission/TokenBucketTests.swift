import Testing

@testable import Handshake

@Suite struct TokenBucketTests {
  @Test("A burst passes at once, then so many a second")
  func rate() {
    var bucket = TokenBucket(rate: 20, burst: 5)
    var now = ContinuousClock.now
    let burst = (0..<10).count { _ in bucket.take(now: now) }
    #expect(burst == 5)
    var passed = 0
    for _ in 0..<1_000 {
      now += .milliseconds(1)
      passed += bucket.take(now: now) ? 1 : 0
    }
    #expect(passed == 20)
    // A long rest saves up no more than the burst.
    now += .seconds(1_000)
    let later = (0..<10).count { _ in bucket.take(now: now) }
    #expect(later == 5)
  }

  @Test("Looking takes nothing, and time that goes back gives nothing")
  func looking() {
    var bucket = TokenBucket(rate: 1, burst: 1)
    let now = ContinuousClock.now
    let looks = (0..<3).count { _ in bucket.hasToken(now: now) }
    #expect(looks == 3)
    let passed = [
      now, now - .seconds(5), now + .milliseconds(999), now + .seconds(1),
    ].map { bucket.take(now: $0) }
    #expect(passed == [true, false, false, true])
  }
}
