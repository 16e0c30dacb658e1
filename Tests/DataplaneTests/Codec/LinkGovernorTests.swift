import Testing

@testable import Dataplane

@Suite("The link governor")
struct LinkGovernorTests {
  static let millisecond: UInt64 = 1_000_000

  /// A governor and its clock, fed a sample per millisecond.
  final class Timeline {
    var governor = LinkGovernor()
    var now: UInt64 = 5_000_000_000

    /// Feeds samples for so long; the milliseconds until `compresses` changed, nil where it did not.
    func run(milliseconds: Int, backlog: Int) -> Int? {
      let before = governor.compresses
      for step in 0..<milliseconds {
        now += millisecond
        governor.sample(backlog: backlog, now: now)
        if governor.compresses != before { return step + 1 }
      }
      return nil
    }
  }
  static let full = LinkGovernor.backlogBytes

  @Test("Nothing queued, nothing compressed")
  func idle() {
    let line = Timeline()
    #expect(line.run(milliseconds: 10_000, backlog: 0) == nil)
    #expect(line.run(milliseconds: 10_000, backlog: Self.full - 1) == nil)
    #expect(!line.governor.compresses)
  }

  @Test("A backlog that stays turns compression on, within its patience")
  func on() {
    let line = Timeline()
    #expect(line.run(milliseconds: 100, backlog: Self.full) == LinkGovernor.onAt)
    #expect(line.run(milliseconds: 60_000, backlog: Self.full) == nil)
  }

  @Test("A backlog now and then does not")
  func flickering() {
    let line = Timeline()
    for _ in 0..<1_000 {
      #expect(line.run(milliseconds: 1, backlog: Self.full) == nil)
      #expect(line.run(milliseconds: 1, backlog: 0) == nil)
    }
  }

  @Test("While on, a rare backlog is enough to stay")
  func stays() {
    let line = Timeline()
    _ = line.run(milliseconds: 100, backlog: Self.full)
    for _ in 0..<500 {
      #expect(line.run(milliseconds: 1, backlog: Self.full) == nil)
      #expect(line.run(milliseconds: 6, backlog: 0) == nil)
    }
    #expect(line.governor.compresses)
  }

  @Test("Without a backlog it goes off, and waits longer each time that it was a mistake")
  func off() throws {
    let line = Timeline()
    var pauses: [Int] = []
    for _ in 0..<10 {
      _ = line.run(milliseconds: 100_000, backlog: Self.full)
      let off = line.run(milliseconds: 2_000, backlog: 0)
      #expect((300...400).contains(try #require(off)))
      let pause = line.run(milliseconds: 100_000, backlog: Self.full)
      pauses.append(try #require(pause))
      _ = line.run(milliseconds: 2_000, backlog: 0)
    }
    for (first, second) in zip(pauses, pauses.dropFirst()) { #expect(second >= first) }
    #expect(pauses[0] >= 100)
    #expect(pauses.last ?? 0 <= Int(LinkGovernor.longestPause / Self.millisecond) + 40)
    #expect(pauses.last ?? 0 > pauses[0] * 8)
  }

  @Test("Having lasted long was no mistake: the next pause is the shortest")
  func lasted() throws {
    let line = Timeline()
    for _ in 0..<6 {
      _ = line.run(milliseconds: 100_000, backlog: Self.full)
      _ = line.run(milliseconds: 2_000, backlog: 0)
    }
    _ = line.run(milliseconds: 100_000, backlog: Self.full)
    #expect(line.run(milliseconds: 5_000, backlog: Self.full) == nil)
    _ = line.run(milliseconds: 2_000, backlog: 0)
    let pause = line.run(milliseconds: 100_000, backlog: Self.full)
    #expect(try #require(pause) <= Int(LinkGovernor.shortestPause / Self.millisecond) + 1)
  }

  @Test("A silence after which nothing is held was one of the link, too")
  func silence() {
    let line = Timeline()
    #expect(line.run(milliseconds: LinkGovernor.onAt - 1, backlog: Self.full) == nil)
    line.now += 1_000 * Self.millisecond
    #expect(line.run(milliseconds: 1, backlog: 0) == nil)
    #expect(line.run(milliseconds: LinkGovernor.onAt - 1, backlog: Self.full) == nil)
    #expect(line.run(milliseconds: 1, backlog: Self.full) == 1)
  }

  @Test("A link that takes long for each super-packet is the limit, however seldom it is looked at")
  func slow() {
    for gap: UInt64 in [10, 25, 50, 100] {
      var governor = LinkGovernor()
      var now: UInt64 = 5_000_000_000
      var looks = 0
      governor.sample(backlog: 0, now: now)
      while !governor.compresses, looks < 100 {
        now += gap * Self.millisecond
        governor.sample(backlog: Self.full, now: now)
        looks += 1
      }
      #expect(looks < 30, "every \(gap) ms")
      // And where it has caught up each time, it is not.
      governor = LinkGovernor()
      for _ in 0..<1_000 {
        now += gap * Self.millisecond
        governor.sample(backlog: 0, now: now)
      }
      #expect(!governor.compresses)
    }
  }

  @Test("Samples are due once a millisecond")
  func due() {
    var governor = LinkGovernor()
    governor.sample(backlog: 0, now: 7_000_000)
    #expect(!governor.isDue(7_000_000) && !governor.isDue(7_999_999))
    #expect(governor.isDue(8_000_000))
  }
}
