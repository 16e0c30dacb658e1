import Foundation
import Glibc
import Synchronization
import Testbed
import Testing

@testable import Benchmarks

@Suite struct DisturbanceTests {
  @Test("Programs that come and go while a measurement lasts are foreign load")
  func shortLived() throws {
    let shell = Process()
    let (input, output) = (Pipe(), Pipe())
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    // Each of the programs has ended before the watch does; the shell that started them has not.
    shell.arguments = [
      "-c",
      """
      read go
      for i in 1 2 3 4 5 6 7 8; do sh -c 'j=0; while [ $j -lt 50000 ]; do j=$((j + 1)); done'; done
      echo done
      read end
      """,
    ]
    shell.standardInput = input
    shell.standardOutput = output
    try shell.run()
    let watch = Disturbance.Watch(own: [])
    input.fileHandleForWriting.write(Data("\n".utf8))
    _ = output.fileHandleForReading.availableData
    #expect(watch.end().foreignCores > 0.1)
    input.fileHandleForWriting.write(Data("\n".utf8))
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
  }

  @Test(
    "Stolen time, other programs, neighbours on a core and CPUs far apart disturb beyond a bound each",
    arguments: [
      (Disturbance(stolenCores: 0.1, foreignCores: 0.05, slowedShare: 0.75, farShare: 0.25), false),
      (Disturbance(stolenCores: 0.11), true),
      (Disturbance(foreignCores: 0.06), true),
      (Disturbance(slowedShare: 0.76), true),
      (Disturbance(farShare: 0.26), true),
    ])
  func bounds(_ disturbance: Disturbance, isTooMuch: Bool) {
    #expect(disturbance.isTooMuch == isTooMuch)
  }

  @Test("A look that takes far longer than the shortest found the core shared")
  func looks() {
    let fresh = CoreWatch.Looks()
    for nanoseconds in [1_300, 1_250, 1_740, 1_760, 2_500] { fresh.add(nanoseconds: nanoseconds) }
    #expect(fresh.count.slowed == Tally(all: 5, found: 2))
    let before = fresh.count
    fresh.add(nanoseconds: 5_000)
    #expect((fresh.count - before).slowed == Tally(all: 1, found: 1))
  }

  @Test("A way between two CPUs of 90 ns and more found no cache shared")
  func ways() {
    let fresh = CoreWatch.Looks()
    #expect(fresh.count.far.share == nil)
    for way in [20, 70, 90, 200.0] { fresh.add(way: way) }
    #expect(fresh.count.far.share == 0.5)
    #expect(fresh.count.slowed.share == nil)
  }

  @Test("Who is left alone in a rally gives up")
  func alone() {
    let rally = Rally()
    #expect(rally.play(1, .serving) == nil)
    #expect(rally.play(2, .returning) == nil)
  }

  private final class Found: Sendable {
    let way = Mutex<Double?>(nil)
  }

  @Test(
    "Who serves in a rally knows how long a way takes",
    .enabled(if: sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1, "two threads must run at once"))
  func rally() throws {
    let (rally, found, end) = (Rally(), Found(), Deadline(seconds: 10))
    // Some games are missed, as either may be late. They are numbered by the time, so that both know them.
    @Sendable func play(_ side: Rally.Side) {
      while !end.hasPassed, found.way.withLock({ $0 }) == nil {
        let moment = Deadline.now / 1_000_000 + 1
        Deadline.sleep(until: moment * 1_000_000)
        guard let way = rally.play(Int(moment), side) else { continue }
        found.way.withLock { $0 = way }
      }
    }
    let other = Background<Void> { play(.returning) }
    play(.serving)
    try other.value()
    let way = try #require(found.way.withLock { $0 })
    #expect((1...100_000).contains(way), "\(way) ns")
  }

  @Test("Of work on cores that are shared at times what was apart counts; else all of it")
  func apart() {
    var looks = [true, false, true, false, false, false, true, false, false][...]
    var turns = 0
    let some = CoreWatch.apart(
      times: 2, look: { looks.removeFirst() },
      {
        turns += 1
        return turns
      })
    // The first was shared before, the second and the fourth after.
    #expect(some.values == [3, 5] && some.slowedShare == 0, "\(some)")
    let none = CoreWatch.apart(times: 3, seconds: 0, look: { true }, { 1 })
    #expect(none.values == [1, 1, 1] && none.slowedShare == 1)
  }

  @Test("CPUs are looked at while a measurement lasts, where neighbours on a core are not known")
  func watched() throws {
    let watch = Disturbance.Watch(own: [])
    let end = Deadline(seconds: 10)
    while CoreWatch.isLooking, watch.end().slowedShare == nil, !end.hasPassed { usleep(1_000) }
    #expect((watch.end().slowedShare != nil) == CoreWatch.isLooking)
    #expect((0...1).contains(watch.end().slowedShare ?? 0))
    #expect((0...1).contains(watch.end().farShare ?? 0))
    // One thread's work, whose share is known: two CPUs have nothing to do with it.
    #expect(watch.end(slowedShare: 0).farShare == nil)
  }
}
