import CFastun
import Dataplane
import Glibc
import Logging
import Testing

@testable import Control

/// The supervisor with lanes that a script plays: each greeting it sends brings the next step.
@Suite struct SupervisorTests {
  @Test func followsThePeersLanesAndStopsCleanly() throws {
    let path = ScriptedPath([
      { $0.answer(Peer(lanes: 3, mtu: 1_428, session: 7)) },
      { $0.answer(Peer(lanes: 2, mtu: 1_428, session: 8)) },
      { $0.answer(Peer(lanes: 9, mtu: 1_400, session: 8)) },
      { _ in pthread_kill(pthread_self(), SIGTERM) },
    ])
    let lines = Lines()
    var calls: [String] = []
    var supervisor = Supervisor(
      path: path, lanes: 4, sockets: [], mtu: 1_428, signals: try Signals(),
      report: Report(.json) { lines.all.append($0) }, log: quiet
    ) { queue, attached in calls.append("\(attached ? "+" : "-")\(queue)") }
    try supervisor.run(statistics: nil)
    #expect(calls == ["+1", "+2", "-2", "+2", "+3"])
    #expect(path.isStopped)
    #expect(
      lines.all.dropLast() == [
        #"{"event":"peer","lanes":3,"mtu":1428,"active_queues":3,"session":7}"#,
        #"{"event":"peer","lanes":2,"mtu":1428,"active_queues":2,"session":8}"#,
        #"{"event":"peer","lanes":9,"mtu":1400,"active_queues":4,"session":8}"#,
      ])
    #expect(lines.all.last?.hasPrefix(#"{"event":"final","lanes":[{"lane":0,"#) == true)
  }

  @Test func aSecondSignalEndsAStopThatHangs() throws {
    let path = ScriptedPath([{ _ in pthread_kill(pthread_self(), SIGTERM) }])
    var blocked: [Int32] = []
    path.onStop = {
      var mask = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &mask)
      blocked = [SIGINT, SIGTERM].filter { sigismember(&mask, $0) == 1 }
    }
    let signals = try Signals()
    var supervisor = Supervisor(
      path: path, lanes: 1, sockets: [], mtu: 1_428, signals: signals,
      report: Report(.json) { _ in }, log: quiet
    ) { _, _ in }
    try supervisor.run(statistics: nil)
    #expect(path.isStopped)
    // They do again what they do by default: end the process.
    #expect(blocked == [])
  }

  @Test func failedLaneEndsTheRunAfterItsReport() throws {
    let path = ScriptedPath([{ $0.fail(SystemError("io_uring_enter", code: EIO)) }])
    let lines = Lines()
    var supervisor = Supervisor(
      path: path, lanes: 1, sockets: [], mtu: 1_428, signals: try Signals(),
      report: Report(.json) { lines.all.append($0) }, log: quiet
    ) { _, _ in }
    let error = #expect(throws: SetupError.self) { try supervisor.run(statistics: nil) }
    #expect(error?.status == .systemError)
    #expect(path.isStopped)
    #expect(lines.all.count == 1)
  }

  @Test func statisticsComeEachInterval() throws {
    let path = ScriptedPath([])
    let lines = Lines()
    var supervisor = Supervisor(
      path: path, lanes: 2, sockets: [], mtu: 1_428, signals: try Signals(),
      report: Report(.json) {
        lines.all.append($0)
        if lines.all.count == 2 { pthread_kill(pthread_self(), SIGINT) }
      }, log: quiet
    ) { _, _ in }
    try supervisor.run(statistics: .milliseconds(10))
    #expect(lines.all.count == 3)
    #expect(lines.all[0].hasPrefix(#"{"event":"stats","seconds":0."#))
  }

  @Test(
    "A lane that was left without a connection gets one at the next second",
    .enabled(if: Host.isRoot, "needs root"), arguments: [false, true])
  func unconnected(isLost: Bool) throws {
    try inNamespace {
      let lane = try LaneSocket(
        local: SocketAddress(.v4(0), port: 4_000),
        remote: SocketAddress(.v4(0x7f00_0001), port: 5_000))
      if isLost { #expect(ft_disconnect(lane.peer.raw) == 0) }
      let path = ScriptedPath([])
      var seconds = 0
      path.onCount = { _ in
        seconds += 1
        if seconds == 3 { pthread_kill(pthread_self(), SIGTERM) }
      }
      var supervisor = Supervisor(
        path: path, lanes: 1, sockets: [lane], mtu: 1_428, signals: try Signals(),
        report: Report(.json) { _ in }, log: quiet
      ) { _, _ in }
      try supervisor.run(statistics: nil)
      #expect((path.reconnects > 0) == isLost)
    }
  }

  @Test(.enabled(if: Host.isRoot, "needs root"))
  func strangersAreCounted() throws {
    try inNamespace {
      let loopback = IPAddress.v4(0x7f00_0001)
      let lane = try LaneSocket(
        local: SocketAddress(loopback, port: 4_000), remote: SocketAddress(loopback, port: 5_000))
      let stranger = try LaneSocket(
        local: SocketAddress(loopback, port: 6_000), remote: SocketAddress(loopback, port: 4_000))
      for _ in 0..<3 { #expect(send(stranger.peer.raw, "x", 1, 0) == 1) }
      var watch = StrangerWatch(lanes: 1)
      func drain() {
        for (bytes, source) in watch.take(from: lane, lane: 0) {
          #expect(bytes == Array("x".utf8))
          watch.count(source, lane: 0, log: quiet)
        }
      }
      drain()
      #expect(watch.count == 3)
      var isFlooded = watch.isFlooded()
      #expect(!isFlooded)

      // More than the socket holds, and than one drain takes: none is missed.
      let room = Int(ft_getsockopt_int(lane.strangers.raw, SOL_SOCKET, SO_RCVBUF))
      let flood = 4 * room / 512
      for _ in 0..<flood { #expect(send(stranger.peer.raw, "x", 1, 0) == 1) }
      for _ in 0...(flood / StrangerWatch.batch) { drain() }
      // Then they are left alone for a while.
      isFlooded = watch.isFlooded(now: .now - StrangerWatch.pause)
      #expect(isFlooded)
      isFlooded = watch.isFlooded(now: .now + StrangerWatch.pause)
      #expect(!isFlooded)
      #expect(lane.strangersOverflow > 0)
      #expect(watch.count == UInt64(3 + flood))
    }
  }

  @Test func aFloodIsWhatComesWithinAPause() {
    var watch = StrangerWatch(lanes: 1)
    let start = ContinuousClock.now
    watch.note(StrangerWatch.batch - 1, now: start)
    var isFlooded = watch.isFlooded(now: start)
    #expect(!isFlooded)
    // Slowly is no flood, however many they are in the end.
    watch.note(1, now: start + StrangerWatch.pause)
    isFlooded = watch.isFlooded(now: start + StrangerWatch.pause)
    #expect(!isFlooded)
    watch.note(StrangerWatch.batch - 1, now: start + StrangerWatch.pause * 3 / 2)
    isFlooded = watch.isFlooded(now: start + StrangerWatch.pause * 2)
    #expect(isFlooded)
    isFlooded = watch.isFlooded(now: start + StrangerWatch.pause * 3)
    #expect(!isFlooded)
  }

  private var quiet: Logger {
    Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  }
}
