import Dataplane
import Glibc
import Logging
import Testing

@testable import Control

@Suite("What the log says of drops")
struct DropLogTests {
  @Test(
    "Each attack on the data path has a line that says what it may be",
    arguments: [
      (Counter.dropAuthentication, "not authentic"), (.dropReplayed, "had come before"),
      (.dropUnknownSession, "no session of this side"), (.dropLane, "(drop_lane)"),
      (.dropTruncated, "(drop_truncated)"), (.dropVersion, "(drop_version)"),
      (.dropType, "(drop_type)"), (.dropPlaintext, "--plaintext"),
      (.dropSendError, "could not be sent"),
    ])
  func stories(counter: Counter, text: String) {
    var drops = DropLog(isSealing: true)
    let log = RecordedLog()
    var counts: [Counter: UInt64] = [counter: 3]
    drops.tick(Sample(lanes: [counts], strangers: 0), sendError: nil, log: log.logger)
    #expect(log.lines.count == 1)
    #expect(log.lines.first?.contains("3 datagrams") == true, "\(log.lines)")
    #expect(log.lines.first?.contains(text) == true, "\(log.lines)")
    // Once, and then once a minute.
    counts[counter] = 1_000_000
    for _ in 1..<DropWatch.pause {
      drops.tick(Sample(lanes: [counts], strangers: 0), sendError: nil, log: log.logger)
    }
    #expect(log.lines.count == 1)
    drops.tick(Sample(lanes: [counts], strangers: 0), sendError: nil, log: log.logger)
    #expect(log.lines.count == 2)
    #expect(log.lines.last?.contains("999997 datagrams") == true, "\(log.lines)")
  }

  @Test("Only drops have one, and what cannot come in a mode has none in it")
  func others() {
    for isSealing in [false, true] {
      for counter in Counter.allCases where !counter.rawValue.hasPrefix("drop_") {
        #expect(DropLog.story(counter, isSealing: isSealing, nil) == nil)
      }
    }
    #expect(DropLog.story(.dropPlaintext, isSealing: false, nil) == nil)
    #expect(DropLog.story(.dropSealed, isSealing: true, nil) == nil)
    #expect(DropLog.story(.dropSealed, isSealing: false, nil)?.text.contains("--plaintext") == true)
  }

  @Test(
    "What could not be sent is told with its cause and a remedy",
    arguments: [
      (EMSGSIZE, "smaller --mtu"), (EPERM, "firewall"), (ENETUNREACH, "no route"),
      (EDESTADDRREQ, "no route"), (ENOBUFS, "memory"), (EIO, "goes on by itself"),
    ])
  func sends(code: Int32, text: String) {
    let error = SystemError("sendmsg", code: code)
    let story = DropLog.story(.dropSendError, isSealing: true, error)
    #expect(story?.text.contains("could not be sent (sendmsg: ") == true, "\(story?.text ?? "")")
    #expect(story?.text.contains(text) == true, "\(story?.text ?? "")")
  }
}
