import CFastun
import Glibc
import Testing

@testable import Dataplane

/// The engine on files that need no device and no privileges.
@Suite("io_uring engine")
struct UringEngineTests {
  /// A terminal without a screen: what is written at one end is read at the other, a line by each read, as a
  /// device gives packets. As the tun devices of Linux 6.1, it takes no reads that never wait (RWF_NOWAIT).
  private struct Lines {
    let writer: Descriptor
    let reader: Descriptor

    init() throws {
      writer = Descriptor(posix_openpt(O_RDWR | O_NOCTTY))
      var name = [CChar](repeating: 0, count: 64)
      try #require(grantpt(writer.raw) == 0 && unlockpt(writer.raw) == 0)
      try #require(ptsname_r(writer.raw, &name, name.count) == 0)
      reader = Descriptor(open(name, O_RDWR | O_NOCTTY | O_NONBLOCK))
      try #require(reader.raw >= 0)
      var settings = termios()
      try #require(tcgetattr(reader.raw, &settings) == 0)
      settings.c_lflag = tcflag_t(ICANON)
      try #require(tcsetattr(reader.raw, TCSANOW, &settings) == 0)
    }
  }

  @Test(
    "A flood from a device whose reads cannot be told not to wait is taken whole, in order",
    .enabled(if: (try? EngineProbe(.uring)) != nil, "io_uring is not to be had here"))
  func flood() throws {
    let lines = try Lines()
    let wake = try Descriptor.event()
    // No peer: the lane's socket is one that nobody writes to.
    let socket = Descriptor(Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK, 0))
    let lane = try LaneOutputs(queue: lines.reader.raw, socket: socket.raw)
    var engine = try UringEngine(lane.outputs, wake: wake.raw)
    // More than a flood begins with, and within what a terminal holds.
    let sent = (0..<100).map { "packet \($0)\n" }
    for line in sent { try #require(write(lines.writer.raw, line, line.utf8.count) > 0) }

    var taken: [String] = []
    var turns = 0
    while taken.count < sent.count, engine.failure == 0, turns < 1_000 {
      engine.wait()
      turns += 1
      while case .frame(let frame, let length)? = engine.next() {
        let line = lane.memory.frameRoom(frame).slice(0, length)
        taken.append(String(decoding: line.copied(), as: UTF8.self))
        engine.release(frame: frame)
      }
    }

    #expect(engine.failure == 0)
    #expect(taken == sent)
    engine.finish()
    withExtendedLifetime((lane, lines, wake, socket)) {}
  }
}
