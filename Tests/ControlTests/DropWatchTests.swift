import Testing

@testable import Control

@Suite("When drops are worth a line")
struct DropWatchTests {
  @Test("The first at once, more after a minute, with their number")
  func timeline() {
    var watch = DropWatch()
    #expect(watch.tick(drops: 0) == nil)
    #expect(watch.tick(drops: 3) == 3)
    for _ in 1..<DropWatch.pause { #expect(watch.tick(drops: 10) == nil) }
    #expect(watch.tick(drops: 10) == 7)
    for _ in 0..<(2 * DropWatch.pause) { #expect(watch.tick(drops: 10) == nil) }
    #expect(watch.tick(drops: 11) == 1)
  }
}
