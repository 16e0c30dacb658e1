import Synchronization

@testable import Dataplane

/// Feeds mutated datagrams to the inbound walk and holds every write to what must always be so.
///
/// Deterministic: a seed names a run. Memory errors trap by the assertions of `Bytes` and of the pools.
final class DatagramFuzzer<Target: FuzzedEnd> {
  /// Counters of datagrams that were not let in.
  private static var rejections: [Counter] {
    [
      .dropTruncated, .dropVersion, .dropType, .dropPlaintext, .dropSealed, .dropLane,
      .dropUnknownSession, .dropAuthentication, .dropReplayed, .dropStaleSession,
    ]
  }

  private var random: SeededGenerator
  private let corpus: FuzzCorpus
  private let mutator: Mutator
  private var targets: [Target]
  /// Receives handed to the walk so far.
  private(set) var inputs = 0
  /// Writes that came of them, all of them checked.
  private(set) var writes = 0
  /// Of each target, the datagrams that went to the control side.
  private var told = [0, 0]

  init(seed: UInt64) throws {
    random = SeededGenerator(seed)
    corpus = try FuzzCorpus()
    mutator = Mutator(corpus)
    targets = [try Target(udpSegments: 64), try Target(udpSegments: 3)]
  }

  /// How often each counter counted, all targets together.
  var counts: [(counter: Counter, count: UInt64)] {
    Counter.allCases.map { counter in
      // A hostile counter value makes almost 2^64 others lost.
      (counter, targets.reduce(0) { $0 &+ $1.end.counters[counter] })
    }
  }

  /// One turn: a run of datagrams, each mutated, arrives as a train or one by one.
  func turn() throws(Problem) {
    let index = random.below(targets.count)
    let end = targets[index].end
    var datagrams = chosen()
    for at in datagrams.indices {
      mutator.mutate(&datagrams[at], &random)
      stamp(&datagrams[at], index)
    }
    try deliver(datagrams, to: index)
    if random.oneIn(2) {
      try check(end.endTurn(), targets[index].udpSegments, datagrams)
      guard end.isIdle else { throw problem("a buffer or slot leaked", datagrams) }
    } else {
      try check(end.takeWrites(), targets[index].udpSegments, datagrams)
    }
    _ = end.takeGreeting()
  }

  /// A few datagrams of the corpus that follow each other.
  private func chosen() -> [[UInt8]] {
    let run = corpus.runs[random.below(corpus.runs.count)]
    let start = random.oneIn(2) ? 0 : random.below(run.count)
    return Array(run[start..<min(start + 1 + random.below(5), run.count)])
  }

  /// Makes the header one that is let in, with the next counter value, or one near it; seldom one that is
  /// not.
  private func stamp(_ datagram: inout [UInt8], _ index: Int) {
    guard datagram.count >= DatagramHeader.size else { return }
    let (session, counter) = targets[index].next(&random)
    withBytes([UInt8](repeating: 0, count: DatagramHeader.size)) { header in
      DatagramHeader.write(
        header, kind: Target.S.kind, lane: 0, session: session, counter: counter)
      datagram.replaceSubrange(0..<DatagramHeader.size, with: header.copied())
    }
    if random.oneIn(16) {
      // Seldom the session or the counter's high bytes: they make all that follow stale or old.
      let at = random.oneIn(200) ? 4 + random.below(12) : [0, 1, 2, 3, 8, 8, 8][random.below(7)]
      datagram[at] = UInt8(random.below(random.oneIn(2) ? 8 : 256))
    }
  }

  private func deliver(_ datagrams: [[UInt8]], to index: Int) throws(Problem) {
    if random.oneIn(2), let longest = datagrams.map(\.count).max() {
      // Padded to one size, as a sender's trains are; now and then as they fall.
      let isRagged = random.oneIn(16)
      let train = datagrams.flatMap { closed($0, count: isRagged ? $0.count : longest) }
      try receive(
        Array(train.prefix(65_000)), segment: longest + Target.S.tag, of: datagrams, index)
      return
    }
    for datagram in datagrams {
      try receive(
        closed(datagram, count: datagram.count), segment: random.oneIn(64) ? random.below(400) : 0,
        of: datagrams, index)
    }
  }

  /// The datagram with padding up to `count` bytes, and a tag of any bytes, or a tag cut short.
  private func closed(_ datagram: [UInt8], count: Int) -> [UInt8] {
    var closed = datagram + [UInt8](repeating: 0, count: count - datagram.count)
    if Target.S.tag > 0 {
      closed += random.bytes(random.oneIn(100) ? random.below(Target.S.tag) : Target.S.tag)
      // Around the shortest that can be.
      if random.oneIn(100) { closed = Array(closed.prefix(28 + random.below(8))) }
    }
    return closed
  }

  /// One receive, after which every datagram of it is where it should be.
  private func receive(
    _ train: [UInt8], segment: Int, of datagrams: [[UInt8]], _ index: Int
  ) throws(Problem) {
    inputs += 1
    try targets[index].changeSessions(&random)
    let before = tally(index)
    var taken = 0
    var rejected = 0
    for at in stride(from: 0, to: max(train.count, 1), by: segment > 0 ? segment : train.count + 1)
    {
      let datagram = train[at..<min(segment > 0 ? at + segment : train.count, train.count)]
      if isTaken(Array(datagram), index) { taken += 1 } else { rejected += 1 }
    }
    targets[index].end.receive(train, segment: segment)
    let after = tally(index)
    guard after.taken - before.taken == taken, after.rejected - before.rejected == rejected else {
      throw problem(
        """
        \(after.taken - before.taken) datagrams taken and \(after.rejected - before.rejected) not, \
        instead of \(taken) and \(rejected)
        """, datagrams)
    }
  }

  /// Whether the rules of docs/WIRE.md let a datagram in.
  private func isTaken(_ datagram: [UInt8], _ index: Int) -> Bool {
    guard datagram.count >= DatagramHeader.size + Target.S.tag,
      datagram[..<4] == [Target.S.kind, 0, DatagramHeader.version, 0]
    else { return false }
    let session = datagram[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let counter = datagram[8..<16].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return targets[index].takes(session: session, counter: counter)
  }

  /// Datagrams that were let in so far, and those that were not.
  private func tally(_ index: Int) -> (taken: Int, rejected: Int) {
    let end = targets[index].end
    told[index] += end.switchboard.take().count
    let counted = Self.rejections.reduce(told[index]) { $0 + end[$1] }
    return (
      end[.datagramsReceived], counted + Int(end.switchboard.overflow.load(ordering: .relaxed))
    )
  }

  private func check(
    _ records: [DeviceRecord], _ udpSegments: Int, _ datagrams: [[UInt8]]
  ) throws(Problem) {
    writes += records.count
    for record in records {
      do {
        try record.check(udpSegments: udpSegments)
      } catch {
        throw problem("\(error); written: \(hex(record.bytes))", datagrams)
      }
    }
  }

  private func problem(_ what: String, _ datagrams: [[UInt8]]) -> Problem {
    Problem(
      "input \(inputs): \(what)\nafter:\n" + datagrams.map { hex($0) }.joined(separator: "\n"))
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.prefix(2_000).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
