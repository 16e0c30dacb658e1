import Glibc

/// What sealing and opening cost on this machine, with all of fastun's own code around the cipher: headers,
/// counters, nonces, session look-up, tags and replay window.
///
/// Works as a lane does: a train of datagrams is sealed out of a frame, then opened where it lies.
package struct SealingTrial: ~Copyable {
  /// Nanoseconds for one datagram, by train.
  package struct Costs: Sendable {
    package fileprivate(set) var seal: [Double] = []
    package fileprivate(set) var open: [Double] = []
  }

  private let slab: Slab
  private let frame: Bytes
  private let wire: Bytes
  private let sender: SessionSealer
  private let receiver: SessionSealer

  /// - Throws: where the cipher's library cannot work here.
  package init(_ cipher: Cipher) throws {
    try SealingBackend.prepare(for: cipher)
    var slab = try Slab(size: 1 << 20)
    frame = slab.carve(LaneMemory.bufferSize)
    wire = slab.carve(Train.wireSize)
    sender = SessionSealer(lane: 0, memory: slab.carve(SessionSealer.footprint))
    receiver = SessionSealer(lane: 0, memory: slab.carve(SessionSealer.footprint))
    self.slab = slab
    func install(_ end: SessionSealer, local: UInt8, remote: UInt8) {
      end.install(
        SessionKeys(
          cipher: cipher, localIndex: UInt32(local), remoteIndex: UInt32(remote),
          sending: .ofTrial(local), receiving: .ofTrial(remote), isProven: true))
    }
    install(sender, local: 1, remote: 2)
    install(receiver, local: 2, remote: 1)
  }

  deinit {
    sender.wipe(nil)
    receiver.wipe(nil)
  }

  /// Seals and opens so many trains.
  ///
  /// - Parameter bytes: of one datagram's records.
  /// - Returns: nil where one was not opened, which cannot be.
  package func measure(bytes: Int, trains: Int) -> Costs? {
    precondition(bytes > 0 && bytes <= 9_000 && trains > 0)
    let size = DatagramHeader.size + bytes + SessionSealer.tag
    let datagrams = min(Train.maximumDatagrams, Train.maximumBytes / size)
    var costs = Costs()
    costs.seal.reserveCapacity(trains)
    costs.open.reserveCapacity(trains)
    for _ in 0..<trains {
      let start = Self.now()
      for index in 0..<datagrams {
        let datagram = wire.slice(index * size, size)
        sender.begin(datagram)
        sender.seal(frame.slice(index * bytes, bytes), into: datagram)
      }
      let middle = Self.now()
      for index in 0..<datagrams where !open(wire.slice(index * size, size)) { return nil }
      costs.seal.append(Double(middle - start) / Double(datagrams))
      costs.open.append(Double(Self.now() - middle) / Double(datagrams))
    }
    return costs
  }

  private func open(_ datagram: Bytes) -> Bool {
    var verdict = Counter.dropTruncated
    guard
      let header = DatagramHeader.read(
        datagram, kind: SessionSealer.kind, lane: 0, verdict: &verdict)
    else { return false }
    return receiver.open(datagram, header, into: nil, verdict: &verdict) != nil
  }

  /// Not CPU time, which a system call tells: each costs as much as a datagram.
  private static func now() -> UInt64 { nanoseconds(of: CLOCK_MONOTONIC) }
}
