import Synchronization
import Testing

@testable import Dataplane

@Suite("A lane")
struct LaneTests {
  @Test("At its end it forgets its keys")
  func keysAreForgotten() throws {
    try SealingBackend.prepare(for: .aes256GCM)
    let (switchboard, mailbox) = (try Switchboard(), try Mailbox())
    // In which nothing ever is.
    let (queue, socket) = (try Descriptor.event(), try Descriptor.event())
    let parts = try LaneOutputs(queue: queue.raw, socket: socket.raw)
    let memory = parts.memory
    let sealer = SessionSealer(lane: 0, memory: memory.sealing)
    var lane = Lane(
      PollEngine(parts.outputs, wake: mailbox.wake.raw), sealer: sealer,
      plan: Plan(engine: .poll, mtu: 1_400, datagramLimit: 1_472), memory: memory,
      counters: parts.counters, switchboard: switchboard, mailbox: mailbox, index: 0, lanes: 1,
      choosesSource: false)
    // A handle to the lane's own: see what it holds.
    sealer.install(SessionPair(1).initiator)
    #expect(sealer.isReady)
    #if IPSEC_MB
      // Else libcrypto has the key in memory of its own.
      #expect(Self.keys.allSatisfy(memory.sealing.copied().contains))
    #endif

    switchboard.stop.store(true, ordering: .releasing)
    mailbox.ring()
    lane.run()

    #expect(!sealer.isReady)
    #expect(!Self.keys.contains(where: memory.sealing.copied().contains))
    withExtendedLifetime((parts, queue, socket)) {}
  }

  /// What the session's two keys begin with, and so their expansions for AES.
  private static let keys = [UInt8(1), 2].map { [UInt8](repeating: $0, count: 16) }
}
