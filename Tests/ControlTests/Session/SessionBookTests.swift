import Testing

@testable import Control

@Suite struct SessionBookTests {
  private let start = ContinuousClock.now

  private func entry(
    _ index: UInt32, isInitiator: Bool = true, at seconds: Int = 0, sentBefore: UInt64 = 0
  ) -> SessionBook.Entry {
    SessionBook.Entry(
      localIndex: index, isInitiator: isInitiator, born: start + .seconds(seconds),
      sentBefore: sentBefore)
  }

  @Test(
    arguments: [
      (true, 120, 0, 119, false), (true, 120, 0, 120, true), (false, 120, 0, 129, false),
      (false, 120, 0, 130, true), (true, 1, 0, 0, false), (true, 1, 0, 1, true),
      (true, 120, (1 << 28) - 1, 5, false), (true, 120, 1 << 28, 5, true),
      // However it began: the count does not wait.
      (false, 120, 1 << 28, 5, true),
    ] as [(Bool, Int, UInt64, Int, Bool)])
  func newKeysAreDue(
    isInitiator: Bool, interval: Int, sent: UInt64, seconds: Int, isDue: Bool
  ) {
    var book = SessionBook(rekeyInterval: .seconds(interval))
    book.add(entry(1, isInitiator: isInitiator, sentBefore: 70))
    #expect(book.isRekeyDue(sent: 70 + sent, now: start + .seconds(seconds)) == isDue)
  }

  @Test func theNewestDecides() {
    var book = SessionBook(rekeyInterval: .seconds(10))
    #expect(!book.isRekeyDue(sent: 1 << 40, now: start + .seconds(1_000)))
    book.add(entry(1))
    book.add(entry(2, at: 9))
    #expect(!book.isRekeyDue(sent: 0, now: start + .seconds(18)))
    #expect(book.isRekeyDue(sent: 0, now: start + .seconds(19)))
    // It came to nothing: the one before counts again.
    book.remove(2)
    #expect(book.newest == entry(1))
    #expect(book.isRekeyDue(sent: 0, now: start + .seconds(10)))
  }

  @Test func keysLiveForThreeMinutes() {
    var book = SessionBook()
    for (number, second) in [0, 100, 100, 200].enumerated() {
      book.add(entry(UInt32(number + 1), at: second))
    }
    #expect(book.expire(now: start + .seconds(179)).isEmpty)
    #expect(book.expire(now: start + .seconds(180)) == [1])
    #expect(!book.contains(1))
    #expect(book.expire(now: start + .seconds(280)) == [2, 3])
    #expect(book.contains(4))
    #expect(book.expire(now: start + .seconds(1_000)) == [4])
    #expect(book.newest == nil)
  }
}
