import Foundation
import Glibc
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
    "Stolen time, other programs and neighbours on a core disturb beyond a bound each",
    arguments: [
      (Disturbance(stolenCores: 0.1, foreignCores: 0.05, slowedShare: 0.75), false),
      (Disturbance(stolenCores: 0.11), true),
      (Disturbance(foreignCores: 0.06), true),
      (Disturbance(slowedShare: 0.76), true),
    ])
  func bounds(_ disturbance: Disturbance, isTooMuch: Bool) {
    #expect(disturbance.isTooMuch == isTooMuch)
  }

  @Test("A look that takes far longer than the shortest found the core shared")
  func looks() {
    let fresh = CoreWatch.Looks()
    for nanoseconds in [1_300, 1_250, 1_740, 1_760, 2_500] { fresh.add(nanoseconds: nanoseconds) }
    #expect(fresh.count.all == 5 && fresh.count.slowed == 2)
    let before = fresh.count
    fresh.add(nanoseconds: 5_000)
    #expect((fresh.count - before).all == 1 && (fresh.count - before).slowed == 1)
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
  }
}
