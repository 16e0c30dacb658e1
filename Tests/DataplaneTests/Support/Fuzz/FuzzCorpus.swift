@testable import Dataplane

/// Real datagrams, made by the walk itself: what the fuzzer starts from.
struct FuzzCorpus {
  /// Runs of datagrams in the order they were sent.
  let runs: [[[UInt8]]]

  init() throws {
    var runs: [[[UInt8]]] = []
    for (limit, compression) in [(300, false), (300, true), (577, false), (1_472, true)] {
      let end = try TunnelEnd(limit: limit, compression: compression ? .always : .off)
      for isIPv4 in [true, false] {
        for transport in [
          InnerPacket.Transport.tcp(flags: InnerPacket.ack | InnerPacket.cwr), .udp,
        ] {
          var packet = InnerPacket()
          packet.isIPv4 = isIPv4
          packet.transport = transport
          packet.payload = compression ? Payload.text(1_900) : Payload.pattern(1_100)
          for gsoSize in [20, 100, 150] {
            runs.append(end.send([packet.frame(gsoSize: gsoSize)]).flatMap(\.datagrams))
          }
          packet.extensions = [(kind: 60, bytes: [0, 0, 1, 4, 0, 0, 0, 0])]
          packet.options = [1, 1, 1, 1]
          runs.append(end.send([packet.frame(gsoSize: 90)]).flatMap(\.datagrams))
        }
        runs.append(end.send(Self.flow(isIPv4, .partial)).flatMap(\.datagrams))
        runs.append(end.send(Self.flow(isIPv4, .complete)).flatMap(\.datagrams))
      }
      runs.append(end.send(Self.mixture()).flatMap(\.datagrams))
      runs.append(end.greet(lanes: 4, mtu: 1_400, wantsAnswer: true).flatMap(\.datagrams))
    }
    self.runs = runs
  }

  /// UDP packets of one flow, to be joined.
  private static func flow(_ isIPv4: Bool, _ checksum: InnerPacket.ChecksumState) -> [[UInt8]] {
    (0..<9).map { index in
      var packet = InnerPacket()
      packet.isIPv4 = isIPv4
      packet.checksum = checksum
      packet.dontFragment = checksum == .partial
      packet.identification += UInt16(min(index, 5))
      packet.payload = Payload.text(index == 5 ? 130 : 140)
      return packet.frame()
    }
  }

  /// Small packets of several flows and protocols.
  private static func mixture() -> [[UInt8]] {
    (0..<12).map { index in
      var packet = InnerPacket()
      packet.isIPv4 = index % 3 > 0
      packet.transport = [.udp, .tcp(flags: InnerPacket.ack), .other(1)][index % 3]
      packet.host = UInt8(index % 2)
      packet.payload = Payload.text(index * 15)
      return packet.frame()
    }
  }
}
