import Dataplane
import Glibc
import Testbed

/// One operation of the walk repeated by itself, on CPU time.
struct MicroTrial {
  /// Nanoseconds of this thread's CPU time for one operation, the kernel's share included.
  struct Cost {
    let best: Double
    let median: Double
    /// Part of the batches that did not have a core of their own.
    let slowedShare: Double
  }

  /// Batches of which the median is taken, and how long each is at least, in seconds.
  private static let batches = 15
  private static let shortest = 0.004

  let kind: TrialKind
  private let trial: Trial

  /// Throws ``LeftOut`` where this machine or build lacks what the trial needs.
  init(_ kind: TrialKind) throws {
    self.kind = kind
    do {
      trial = try kind.make(
        text: Payload.json.bytes(count: 1 << 16), random: Payload.random.bytes(count: 1 << 16))
    } catch {
      throw LeftOut("\(error)")
    }
  }

  /// Makes turns that count; throws where the operation went wrong.
  func run(turns: Int) throws {
    guard trial.run(turns: turns) else {
      throw TestbedError("\(kind.rawValue): an operation did not give what it must")
    }
  }

  func measure() throws -> Cost {
    let turns = try calibrate()
    let batches = try CoreWatch.apart(times: Self.batches) { try seconds(turns: turns) }
    let perOperation = batches.values.map { $0 * 1e9 / Double(turns * kind.operations) }
    guard let summary = Summary(perOperation) else { throw TestbedError("no batch was measured") }
    return Cost(
      best: summary.lowest, median: summary.median, slowedShare: batches.slowedShare)
  }

  /// Turns of one batch: enough that the clock's own cost does not show.
  private func calibrate() throws -> Int {
    var turns = 1
    while try seconds(turns: turns) < Self.shortest { turns *= 2 }
    return turns
  }

  private func seconds(turns: Int) throws -> Double {
    let start = Self.now()
    try run(turns: turns)
    return Self.now() - start
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
