import Testing

@testable import Control

@Suite("When failed sends are worth a line")
struct SendWatchTests {
  @Test("The first at once, more after a minute, with their number")
  func timeline() {
    var watch = SendWatch()
    #expect(watch.tick(errors: 0) == nil)
    #expect(watch.tick(errors: 3) == 3)
    for _ in 1..<SendWatch.pause { #expect(watch.tick(errors: 10) == nil) }
    #expect(watch.tick(errors: 10) == 7)
    for _ in 0..<(2 * SendWatch.pause) { #expect(watch.tick(errors: 10) == nil) }
    #expect(watch.tick(errors: 11) == 1)
  }
}
