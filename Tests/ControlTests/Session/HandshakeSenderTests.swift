import Dataplane
import Testing

@testable import Control

@Suite(.enabled(if: Host.isRoot, "needs root"))
struct HandshakeSenderTests {
  @Test("What keeps handshakes from arriving is in the log, now and then")
  func lines() throws {
    try inNamespace {
      let log = RecordedLog()
      let loopback = IPAddress.v4(0x7f00_0001)
      let lane = try LaneSocket(local: SocketAddress(.v4(0), port: 4_000), remote: nil)
      var looks: [IPAddress] = []
      let sender = HandshakeSender(lane, log: log.logger) { address in
        looks.append(address)
        return true
      }
      let far = IPAddress.v4(0xc000_0202)
      for _ in 0..<3 { sender.send([1], to: SocketAddress(far, port: 4_000)) }
      // Whoever comes next within a second is not looked at.
      sender.send([1], to: SocketAddress(loopback, port: 5_000))
      #expect(looks == [far])
      #expect(log.lines.count == 2, "\(log.lines)")
      #expect(log.lines[0].contains("a handshake to 192.0.2.2:4000 could not be sent (sendto: "))
      #expect(log.lines[0].contains("no route leads to the peer"))
      #expect(log.lines[1].contains("192.0.2.2, where a handshake came from, would itself be"))
    }
  }
}
