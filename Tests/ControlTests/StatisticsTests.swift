import Dataplane
import Foundation
import Handshake
import Testing

@testable import Control

@Suite struct StatisticsTests {
  private let old = Sample(
    lanes: [[.bytesOut: 1_000, .packetsOut: 10], [.bytesIn: 50]], strangers: 2)
  private let new = Sample(
    lanes: [
      [.bytesOut: 250_001_000, .packetsOut: 1_010, .datagramBytesSent: 125_000_000],
      [.bytesIn: 50, .dropLZ4: 3, .dropTooLong: 4, .datagramsLost: 7],
    ], strangers: 5)

  @Test func intervalIsTheDifferencePerSecond() {
    let interval = Interval(from: old, to: new, seconds: 2)
    #expect(interval.outbound == Flow(gigabits: 1, packets: 500, ratio: 2, drops: 4))
    #expect(interval.inbound == Flow(gigabits: 0, packets: 0, ratio: 1, drops: 6))
  }

  @Test func shrinkingSumsCountAsNothing() {
    let interval = Interval(from: new, to: old, seconds: 1)
    #expect(interval.outbound == Flow(gigabits: 0, packets: 0, ratio: 1, drops: 0))
  }

  @Test func everyDropBelongsToOneDirection() {
    let drops = Counter.allCases.filter { $0.rawValue.hasPrefix("drop_") }
    #expect(Set(Counter.outboundDrops).isDisjoint(with: Counter.inboundDrops))
    #expect(Set(Counter.outboundDrops + Counter.inboundDrops) == Set(drops))
  }

  @Test(arguments: [
    (0, 3, "0.000"), (1.23456, 3, "1.235"), (0.05, 2, "0.05"), (12.999, 1, "13.0"),
    (1e6, 0, "1000000"),
  ])
  func decimals(value: Double, decimals: Int, text: String) {
    #expect(Report.fixed(value, decimals) == text)
  }

  @Test func lineForPeople() {
    let lines = written(.text) { $0.statistics(Interval(from: old, to: new, seconds: 2)) }
    #expect(
      lines == [
        "out 1.000 Gb/s  500 packets/s  ratio 2.00  drops 4 | "
          + "in 0.000 Gb/s  0 packets/s  ratio 1.00  drops 6"
      ])
  }

  @Test func linesForPrograms() throws {
    let lines = written(.json) { report in
      report.statistics(Interval(from: old, to: new, seconds: 2))
      report.peer(Peer(lanes: 4, mtu: 1_428, session: 123), activeQueues: 2)
      report.ready(
        Readiness(
          device: "fastun0", mtu: 1_428, engine: .uring, queues: 4,
          peer: SocketAddress(.v4(0xc000_0202), port: 51_900),
          listen: SocketAddress(.v4(0), port: 51_900), memoryBytes: 5,
          publicKey: PublicKey(bytes: [UInt8](repeating: 0, count: 32))))
    }
    #expect(
      lines == [
        #"{"event":"stats","seconds":2.0,"#
          + #""out":{"gbps":1.0,"packets_per_second":500.0,"ratio":2.0,"drops":4},"#
          + #""in":{"gbps":0.0,"packets_per_second":0.0,"ratio":1.0,"drops":6}}"#,
        #"{"event":"peer","lanes":4,"mtu":1428,"active_queues":2,"session":123}"#,
        #"{"event":"ready","device":"fastun0","mtu":1428,"engine":"uring","queues":4,"#
          + #""peer":"192.0.2.2:51900","listen":"0.0.0.0:51900","pid":\#(getpid()),"#
          + #""memory_bytes":5,"public_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
      ])
  }

  @Test func finalLineHasEveryCounterOfEveryLane() throws {
    let line = try #require(written(.json) { $0.final(new) }.first)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(object?["event"] as? String == "final")
    let lanes = try #require(object?["lanes"] as? [[String: Any]])
    #expect(lanes.map { $0["lane"] as? Int } == [0, 1])
    for lane in lanes {
      let counters = lane["counters"] as? [String: Int]
      #expect(Set(try #require(counters).keys) == Set(Counter.allCases.map(\.rawValue)))
    }
    let last = lanes[1]["counters"] as? [String: Int]
    #expect(last?["drop_lz4"] == 3)
    #expect((object?["tunnel"] as? [String: Int])?["drop_stranger"] == 5)
  }

  @Test func finalTableHasWhatCounted() {
    #expect(
      written(.text) { $0.final(new) } == [
        "counter                  total     lane 0  lane 1",
        "packets_out               1010       1010       0",
        "bytes_out            250001000  250001000       0",
        "datagram_bytes_sent  125000000  125000000       0",
        "bytes_in                    50          0      50",
        "datagrams_lost               7          0       7",
        "drop_too_long                4          0       4",
        "drop_lz4                     3          0       3",
        "drop_stranger                5",
      ])
  }

  @Test func textIsEscaped() {
    let line = JSONLine(members: [("a\"", .text("\\ \n \u{1} é")), ("b", .real(.infinity))])
    #expect(line.text == #"{"a\"":"\\ \u000a \u0001 é","b":null}"#)
  }

  private func written(_ format: Report.Format, _ body: (Report) -> Void) -> [String] {
    let lines = Lines()
    body(Report(format) { lines.all.append($0) })
    return lines.all
  }
}

/// Collects what a report writes.
final class Lines {
  var all: [String] = []
}
