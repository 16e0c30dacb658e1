import CFastun
import Glibc
import Synchronization
import Testing

@testable import Dataplane

@Suite("What lanes tell the control side")
struct SwitchboardTests {
  @Test("A flood of handshakes is bounded and counted, and hides nothing else")
  func flood() throws {
    let board = try Switchboard()
    for _ in 0..<1000 { board.tell(.handshake([1])) }
    board.tell(.proven(7))
    let news = board.take()
    #expect(news.count < 1000)
    #expect(UInt64(news.count - 1) + board.overflow.load(ordering: .relaxed) == 1000)
    guard case .proven(7) = news.last else {
      Issue.record("the session that was proven is not among the news")
      return
    }
  }

  @Test("A peer that wants signs of life without end asks once, until that is taken")
  func asked() throws {
    let board = try Switchboard()
    for _ in 0..<2 {
      for _ in 0..<1000 { board.tell(.asked) }
      board.tell(.proven(7))
      for _ in 0..<1000 { board.tell(.asked) }
      let news = board.take()
      #expect(news.count == 2)
      guard case .asked = news.first else {
        Issue.record("nobody asked")
        return
      }
    }
  }

  @Test("News wakes the control side once, until it is taken")
  func wakes() throws {
    let board = try Switchboard()
    func wakes() -> UInt64 {
      var count: UInt64 = 0
      return read(board.notices.raw, &count, 8) == 8 ? count : 0
    }
    for _ in 0..<3 { board.tell(.proven(1)) }
    #expect(wakes() == 1)
    _ = board.take()
    board.tell(.proven(2))
    #expect(wakes() == 1)
  }
}
