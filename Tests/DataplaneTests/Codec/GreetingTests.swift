import Testing

@testable import Dataplane

@Suite("Greetings")
struct GreetingTests {
  @Test("Every byte in its place", arguments: [(4, 1_400, true), (255, 65_535, false)])
  func layout(_ lanes: Int, _ mtu: Int, _ wantsAnswer: Bool) {
    withBytes([UInt8](repeating: 0xee, count: Record.controlHeader + Greeting.length)) {
      Greeting.write($0, lanes: lanes, mtu: mtu, wantsAnswer: wantsAnswer)
      #expect(
        $0.copied() == [
          5, 1, 4, 0, UInt8(lanes), wantsAnswer ? 1 : 0, UInt8(mtu & 255), UInt8(mtu >> 8),
        ])
    }
  }
}
