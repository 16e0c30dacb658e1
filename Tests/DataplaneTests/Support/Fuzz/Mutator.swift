@testable import Dataplane

/// Changes a datagram as an adversary or a broken path would: bytes, lengths, records, inner headers.
struct Mutator {
  private static let numbers = [
    0, 1, 2, 7, 8, 19, 20, 28, 39, 40, 59, 60, 127, 128, 255, 256, 1_472, 4_096, 32_767, 32_768,
    65_480, 65_507, 65_515, 65_534, 65_535,
  ]

  private let corpus: FuzzCorpus

  init(_ corpus: FuzzCorpus) { self.corpus = corpus }

  /// Changes the datagram a few times, sometimes not at all.
  func mutate(_ datagram: inout [UInt8], _ random: inout SeededGenerator) {
    guard !random.oneIn(4) else { return }
    repeat { change(&datagram, &random) } while random.oneIn(2)
    // What a receive buffer holds.
    if datagram.count > 60_000 { datagram.removeLast(datagram.count - 60_000) }
  }

  private func change(_ datagram: inout [UInt8], _ random: inout SeededGenerator) {
    guard datagram.count > DatagramHeader.size else {
      datagram += random.bytes(20)
      return
    }
    let at = random.below(datagram.count)
    switch random.below(12) {
    case 0: datagram[at] ^= 1 << random.below(8)
    case 1: datagram[at] = UInt8(random.below(256))
    case 2: datagram.removeLast(random.below(datagram.count))
    case 3: datagram += random.bytes(random.below(100))
    case 4: datagram.removeSubrange(at..<min(at + 1 + random.below(30), datagram.count))
    case 5: datagram.insert(contentsOf: datagram[at..<min(at + 60, datagram.count)], at: at)
    case 6: datagram = Array(datagram.prefix(at)) + other(&random).dropFirst(DatagramHeader.size)
    case 7: datagram += synthetic(&random)
    case 8: datagram.insert(contentsOf: synthetic(&random), at: DatagramHeader.size)
    case 9: changeInner(&datagram, &random)
    default: changeRecord(&datagram, &random)
    }
  }

  private func other(_ random: inout SeededGenerator) -> [UInt8] {
    let run = corpus.runs[random.below(corpus.runs.count)]
    return run[random.below(run.count)]
  }

  /// Where each record starts, as far as lengths can be followed.
  private func starts(_ datagram: [UInt8]) -> [Int] {
    var result: [Int] = []
    var at = DatagramHeader.size
    while at + 12 <= datagram.count {
      result.append(at)
      switch datagram[at] {
      case Record.Kind.packet, Record.Kind.control: at += 4 + datagram.little16(at + 2)
      case Record.Kind.packetLZ4: at += 6 + datagram.little16(at + 2)
      case Record.Kind.slice: at += 12 + Int(datagram[at + 2]) + datagram.little16(at + 10)
      case Record.Kind.sliceLZ4: at += 14 + Int(datagram[at + 2]) + datagram.little16(at + 10)
      default: return result
      }
    }
    return result
  }

  /// Changes a field of a record's header, or nudges it by a little.
  private func changeRecord(_ datagram: inout [UInt8], _ random: inout SeededGenerator) {
    let starts = starts(datagram)
    guard !starts.isEmpty else { return }
    let start = starts[random.below(starts.count)]
    let field = start + [0, 1, 2, 2, 4, 6, 8, 10, 10, 12][random.below(10)]
    guard field + 2 <= datagram.count else { return }
    switch random.below(3) {
    case 0: datagram[field] = UInt8(random.below(8))
    case 1: datagram.put(little16: Self.numbers[random.below(Self.numbers.count)], field)
    default:
      let nudged = datagram.little16(field) + random.below(9) - 4
      datagram.put(little16: nudged & 0xffff, field)
    }
  }

  /// Changes a byte, or a length, of a record's inner headers.
  private func changeInner(_ datagram: inout [UInt8], _ random: inout SeededGenerator) {
    let starts = starts(datagram)
    guard !starts.isEmpty else { return }
    let start = starts[random.below(starts.count)]
    let head = [4, 4, 12, 6, 14, 4][min(Int(datagram[start]), 5)]
    let at =
      start + head + [0, 1, 2, 4, 6, 7, 9, 12, 20, 24, 32, 33, 40, 44, 46, 52][random.below(16)]
    guard at + 2 <= datagram.count else { return }
    if random.oneIn(2) {
      datagram[at] = UInt8(random.below(256))
    } else {
      datagram.put(big16: UInt16(Self.numbers[random.below(Self.numbers.count)]), at)
    }
  }

  /// A record of random fields, most of them near what could be.
  private func synthetic(_ random: inout SeededGenerator) -> [UInt8] {
    let kind = UInt8(1 + random.below(5))
    let body = random.bytes(1 + random.below(60))
    var record: [UInt8] = [kind, UInt8(random.below(3)), UInt8(body.count), 0]
    guard kind == Record.Kind.slice || kind == Record.Kind.sliceLZ4 else {
      if kind == Record.Kind.packetLZ4 { record += [UInt8(random.below(256)), 0] }
      return record + body
    }
    var packet = InnerPacket()
    packet.isIPv4 = random.oneIn(2)
    packet.transport = random.oneIn(2) ? .udp : .tcp(flags: UInt8(random.below(256)))
    let headers = packet.bytes
    let gsoSize = 1 + random.below(body.count)
    let offset = random.below(20) * gsoSize
    let raw = random.oneIn(2) ? body.count : random.below(60_000)
    record = [kind, 1, UInt8(headers.count), 0] + [UInt8](repeating: 0, count: 8)
    record.put(little16: min(offset + raw + random.below(3) * gsoSize, 65_535), 4)
    record.put(little16: offset, 6)
    record.put(little16: gsoSize, 8)
    record.put(little16: body.count, 10)
    if kind == Record.Kind.sliceLZ4 { record += [UInt8(raw & 255), UInt8(raw >> 8)] }
    return record + headers + body
  }
}
