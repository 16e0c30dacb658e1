@testable import Dataplane

/// Feeds mutated datagrams to the inbound walk and holds every write to what must always be so.
///
/// Deterministic: a seed names a run. Memory errors trap by the assertions of `Bytes` and of the pools.
final class DatagramFuzzer {
  private var random: SeededGenerator
  private let corpus: FuzzCorpus
  private let mutator: Mutator
  private let targets: [(end: TunnelEnd, udpSegments: Int)]
  private var session: UInt32 = 7
  private var counter: UInt64 = 0
  /// Receives handed to the walk so far.
  private(set) var inputs = 0
  /// Writes that came of them, all of them checked.
  private(set) var writes = 0

  init(seed: UInt64) throws {
    random = SeededGenerator(seed)
    corpus = try FuzzCorpus()
    mutator = Mutator(corpus)
    targets = [(try TunnelEnd(), 64), (try TunnelEnd(udpSegments: 3), 3)]
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
    if random.oneIn(100) {
      session &+= 1
      counter = 0
    }
    let target = targets[random.below(targets.count)]
    var datagrams = chosen()
    for index in datagrams.indices {
      mutator.mutate(&datagrams[index], &random)
      stamp(&datagrams[index])
      if random.oneIn(16), datagrams[index].count >= DatagramHeader.size {
        // Seldom the session or the counter's high bytes: they make all that follow stale or old.
        let at = random.oneIn(200) ? 4 + random.below(12) : [0, 1, 2, 3, 8, 8, 8][random.below(7)]
        datagrams[index][at] = UInt8(random.below(256))
      }
    }
    deliver(datagrams, to: target.end)
    if random.oneIn(2) {
      try check(target.end.endTurn(), target.udpSegments, datagrams)
      guard target.end.isIdle else { throw problem("a buffer or slot leaked", datagrams) }
    } else {
      try check(target.end.takeWrites(), target.udpSegments, datagrams)
    }
    _ = target.end.takeGreeting()
  }

  /// A few datagrams of the corpus that follow each other.
  private func chosen() -> [[UInt8]] {
    let run = corpus.runs[random.below(corpus.runs.count)]
    let start = random.oneIn(2) ? 0 : random.below(run.count)
    return Array(run[start..<min(start + 1 + random.below(5), run.count)])
  }

  /// Makes the header one that is let in, with the next counter value, or one near it.
  private func stamp(_ datagram: inout [UInt8]) {
    guard datagram.count >= DatagramHeader.size else { return }
    var value = counter
    counter += 1
    switch random.below(200) {
    case 0...3: value -= min(value, UInt64(random.below(10_000)))
    case 4: counter += UInt64(random.below(20_000))
    case 5: value = random.oneIn(50) ? .max - UInt64(random.below(3)) : value
    default: break
    }
    withBytes([UInt8](repeating: 0, count: DatagramHeader.size)) { header in
      DatagramHeader.write(
        header, kind: DatagramHeader.Kind.clear, lane: 0, session: session, counter: value)
      datagram.replaceSubrange(0..<DatagramHeader.size, with: header.array)
    }
  }

  private func deliver(_ datagrams: [[UInt8]], to end: TunnelEnd) {
    if random.oneIn(2), let segment = datagrams.map(\.count).max() {
      inputs += 1
      // Padded to one size, as a sender's trains are; now and then as they fall.
      let isRagged = random.oneIn(16)
      let train = datagrams.flatMap { datagram in
        isRagged ? datagram : datagram + [UInt8](repeating: 0, count: segment - datagram.count)
      }
      end.receive(Array(train.prefix(65_000)), segment: segment)
      return
    }
    for datagram in datagrams {
      inputs += 1
      end.receive(datagram, segment: random.oneIn(64) ? random.below(400) : 0)
    }
  }

  private func check(
    _ records: [DeviceRecord], _ udpSegments: Int, _ datagrams: [[UInt8]]
  ) throws(Problem) {
    writes += records.count
    for record in records {
      do {
        try record.check(udpSegments: udpSegments)
      } catch {
        throw problem("\(error); written: \(Self.hex(record.bytes))", datagrams)
      }
    }
  }

  private func problem(_ what: String, _ datagrams: [[UInt8]]) -> Problem {
    Problem(
      "input \(inputs): \(what)\nafter:\n" + datagrams.map(Self.hex).joined(separator: "\n"))
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.prefix(2_000).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
