import Dataplane
import Glibc
import Handshake

/// What fastun writes to standard output: lines for people, or JSON objects for programs.
package struct Report {
  package enum Format: Sendable {
    /// Statistics and final counters as text.
    case text
    /// One JSON object per line, for every event.
    case json
  }

  private let format: Format
  private let write: (String) -> Void

  /// - Parameter write: takes whole lines without their ends; standard output by default.
  package init(
    _ format: Format, write: @escaping (String) -> Void = LineOutput.standardOutput.write
  ) {
    self.format = format
    self.write = write
  }

  /// Packets can flow on our side.
  func ready(_ facts: Readiness) {
    guard format == .json else { return }
    let members: [(String, JSONLine.Value)?] = [
      ("device", .text(facts.device)), ("mtu", .integer(facts.mtu)),
      ("engine", .text(facts.engine.rawValue)), ("queues", .integer(facts.queues)),
      facts.peer.map { ("peer", .text("\($0)")) }, ("listen", .text("\(facts.listen)")),
      ("pid", .integer(Int(getpid()))), ("memory_bytes", .integer(facts.memoryBytes)),
      facts.publicKey.map { ("public_key", .text("\($0)")) },
    ]
    event("ready", members.compactMap(\.self))
  }

  /// The peer greeted, and the queues are attached accordingly.
  func peer(_ peer: Peer, activeQueues: Int) {
    guard format == .json else { return }
    event(
      "peer",
      [
        ("lanes", .integer(peer.lanes)), ("mtu", .integer(peer.mtu)),
        ("active_queues", .integer(activeQueues)), ("session", .integer(Int(peer.session))),
      ])
  }

  /// A session is in use.
  func session(_ session: SessionKeeper.Session) {
    guard format == .json else { return }
    event(
      "session",
      [
        ("number", .integer(session.number)),
        ("role", .text(session.isInitiator ? "initiator" : "responder")),
        ("cipher", .text("\(session.cipher)")),
        ("peer_key", .text(session.key.description)),
        ("fingerprint", .text("\(Fingerprint(session.key))")),
        ("address", .text("\(session.address)")),
        ("index", .integer(Int(session.peer.session))),
      ])
  }

  /// What an interval of `--stats` brought.
  func statistics(_ interval: Interval) {
    switch format {
    case .text:
      write("out \(Self.text(interval.outbound)) | in \(Self.text(interval.inbound))")
    case .json:
      event(
        "stats",
        [
          ("seconds", .real(interval.seconds)), ("out", Self.json(interval.outbound)),
          ("in", Self.json(interval.inbound)),
        ])
    }
  }

  /// The counters at the end: all of them for programs, those that counted for people.
  func final(_ sample: Sample) {
    switch format {
    case .text:
      for line in CounterTable(sample).lines { write(line) }
    case .json:
      let lanes = sample.lanes.enumerated().map { lane, values in
        JSONLine.Value.object([
          ("lane", .integer(lane)),
          (
            "counters",
            .object(Counter.allCases.map { ($0.rawValue, .unsigned(values[$0, default: 0])) })
          ),
        ])
      }
      event(
        "final",
        [
          ("lanes", .array(lanes)),
          (
            "tunnel",
            .object(sample.tunnel.map { ($0.name, .unsigned($0.count)) })
          ),
        ])
    }
  }

  private func event(_ name: String, _ members: [(String, JSONLine.Value)]) {
    write(JSONLine(members: [("event", .text(name))] + members).text)
  }

  private static func json(_ flow: Flow) -> JSONLine.Value {
    .object([
      ("gbps", .real(flow.gigabits)), ("packets_per_second", .real(flow.packets)),
      ("ratio", .real(flow.ratio)), ("drops", .unsigned(flow.drops)),
    ])
  }

  private static func text(_ flow: Flow) -> String {
    "\(fixed(flow.gigabits, 3)) Gb/s  \(fixed(flow.packets, 0)) packets/s  "
      + "ratio \(fixed(flow.ratio, 2))  drops \(flow.drops)"
  }

  /// A non-negative number with so many decimals, rounded.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let digits = String(Int((value * scale).rounded()))
    guard decimals > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}

/// What is known when the tunnel starts.
struct Readiness {
  let device: String
  /// Of the device, in bytes.
  let mtu: Int
  let engine: Plan.EngineChoice
  let queues: Int
  /// Lane 0's; nil: the peer comes to us.
  let peer: SocketAddress?
  /// Lane 0's.
  let listen: SocketAddress
  let memoryBytes: Int
  /// Ours; nil where packets travel in the clear.
  let publicKey: PublicKey?
}
