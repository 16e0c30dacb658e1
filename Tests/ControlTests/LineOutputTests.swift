import Glibc
import Testing

@testable import Control

@Suite struct LineOutputTests {
  @Test(.timeLimit(.minutes(1)))
  func readerThatDoesNotReadLosesLinesAndHaltsNothing() {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let output = LineOutput(ends[1])
    let line = String(repeating: "x", count: 99)
    // 64 KiB of room in the pipe, twice as much to write.
    for _ in 0..<1_310 { output.write(line) }
    close(ends[1])
    var text: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 4_096)
    while case let count = read(ends[0], &room, room.count), count > 0 { text += room[..<count] }
    close(ends[0])
    let lines = text.split(separator: UInt8(ascii: "\n"))
    #expect((1..<1_310).contains(lines.count))
    #expect(lines.allSatisfy { $0.elementsEqual(line.utf8) })
  }

  @Test func closedDescriptorIsNoReasonToStop() {
    LineOutput(-1).write("to nobody")
    LineOutput(9_999).write("to nobody")
  }
}
