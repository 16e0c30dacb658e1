import Testing

@testable import Control

@Suite struct PeerWatchTests {
  private let peer = Peer(lanes: 4, mtu: 1_428, session: 1)

  /// Lets `seconds` pass; at which of them a greeting is due, and what happened.
  private func pass(
    _ seconds: Int, _ watch: inout PeerWatch, received: (Int) -> UInt64 = { _ in 0 }
  ) -> (greetings: [Int], events: [PeerWatch.Event]) {
    var events: [PeerWatch.Event] = []
    let greetings = (1...seconds).filter { watch.tick(received: received($0), &events) }
    return (greetings, events)
  }

  @Test func greetsEverySecondUntilThePeerIsHeard() {
    var watch = PeerWatch()
    let (greetings, events) = pass(7, &watch)
    #expect(greetings == Array(1...7))
    #expect(events == [.unheard(seconds: 5)])
  }

  @Test func greetsCalmlyOnceHeard() {
    var watch = PeerWatch()
    var events: [PeerWatch.Event] = []
    #expect(watch.notice(peer, &events))
    #expect(events == [.greeted(peer, restarted: false)])
    let (greetings, more) = pass(12, &watch) { UInt64($0) }
    #expect(greetings == [5, 10])
    #expect(more.isEmpty)
  }

  @Test func sameGreetingAgainIsNoNews() {
    var watch = PeerWatch()
    var events: [PeerWatch.Event] = []
    _ = watch.notice(peer, &events)
    #expect(!watch.notice(peer, &events))
    #expect(!watch.notice(nil, &events))
    #expect(events.count == 1)
  }

  @Test func silenceIsToldOnceAndGreetedEverySecond() {
    var watch = PeerWatch()
    var events: [PeerWatch.Event] = []
    _ = watch.notice(peer, &events)
    let (greetings, silent) = pass(18, &watch)
    #expect(greetings == [5, 10, 15, 16, 17, 18])
    #expect(silent == [.silent(seconds: 15)])
    let (calm, back) = pass(5, &watch) { UInt64($0) }
    #expect(calm == [5])
    #expect(back == [.back])
  }

  @Test func anotherSessionIsARestart() {
    var watch = PeerWatch()
    var events: [PeerWatch.Event] = []
    _ = watch.notice(peer, &events)
    _ = pass(20, &watch)
    events = []
    let other = Peer(lanes: 2, mtu: 1_428, session: 2)
    #expect(watch.notice(other, &events))
    #expect(events == [.back, .greeted(other, restarted: true)])
  }
}
